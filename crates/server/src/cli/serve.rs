//! What may be said of how a node serves.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anlanh_outbound::Schedule;
use clap::Args;

use super::{DataOptions, PolicyOptions, StreamOptions, TlsOptions};

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// Địa chỉ lắng nghe · Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Số kết nối đồng thời tối đa · Most connections at one time
    #[arg(long, value_name = "N", default_value = "1024")]
    pub max_connections: NonZeroUsize,
    /// Tên nền tảng, cho người ngoài · Name of the platform, for outsiders
    #[arg(long, value_name = "NAME", default_value = "An Lành")]
    pub site_name: String,
    /// Địa chỉ công khai của nút, dùng trong thư; mặc định là địa chỉ lắng nghe · Public address of the node, as it stands
    /// in mail; the address to listen on by default
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Nơi người ngoài liên hệ · Whom outsiders write to
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub contact: String,
    /// Nạp vài nội dung mẫu nếu chưa có gì · Hand in a few samples where nothing was kept yet
    #[arg(long)]
    pub demo: bool,
    /// Áp dụng gói được nạp, thay chính sách đang áp dụng · Put the loaded pack in force, whatever was
    #[arg(long)]
    pub reset_policy: bool,
    /// Cho phép nguồn chỉ dấu trong mạng nội bộ và không có TLS · Allow feeds inside the own network, and without TLS
    #[arg(long)]
    pub feed_private: bool,
    /// Phục vụ danh sách chặn của nút này thành vùng RPZ: tệp có các lựa chọn của `blocklist serve`, mỗi dòng một lựa chọn · Serve
    /// this node's blocklist as an RPZ zone: a file with the options of `blocklist serve`, one a line
    #[arg(long, value_name = "FILE")]
    pub zone: Vec<PathBuf>,
    #[command(flatten)]
    pub stream: StreamOptions,
    #[command(flatten)]
    pub tls: TlsOptions,
    #[command(flatten)]
    pub webhook: WebhookOptions,
    #[command(flatten)]
    pub soc_webhook: SocWebhookOptions,
    /// Where incidents are told to.
    #[command(flatten)]
    pub edxml: EdxmlOptions,
    #[command(flatten)]
    pub mail: MailOptions,
    #[command(flatten)]
    pub witnesses: WitnessOptions,
    #[command(flatten)]
    pub peers: PeersOptions,
    #[command(flatten)]
    pub network: NetworkOptions,
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub policy: PolicyOptions,
}

/// What the operator knows of the network whose blocklist is kept here.
#[derive(Debug, Args)]
pub struct NetworkOptions {
    /// Tên, địa chỉ, dải mạng của chính bên vận hành: không gì được chặn trúng · Names, addresses, networks of the operator's
    /// own, which nothing may hit
    #[arg(long, value_name = "FILE")]
    pub own: Vec<PathBuf>,
    /// Các tên nhiều người dùng, mỗi dòng hạng,tên · Much used names, a line rank,name each
    #[arg(long, value_name = "FILE")]
    pub popular: Vec<PathBuf>,
    /// Tên và địa chỉ mà bộ phân giải đã trả lời, mỗi dòng tên,địa chỉ · What resolvers answered, a line name,address each
    #[arg(long, value_name = "FILE")]
    pub answers: Vec<PathBuf>,
    /// Danh sách cảnh báo nhầm dạng JSON của MISP · Warning lists in the JSON of MISP
    #[arg(long, value_name = "FILE")]
    pub warning_list: Vec<PathBuf>,
    /// Tên dẫn tới trang giải thích việc chặn theo yêu cầu; không có thì trả lời là không tồn tại · The name where a page says why
    /// something is blocked by order; without one it does not exist
    #[arg(long, value_name = "NAME")]
    pub block_page: Option<String>,
}

/// How outsiders are written to.
#[derive(Debug, Args)]
pub struct MailOptions {
    /// Máy chủ gửi thư: smtps://, smtp:// (STARTTLS) hoặc smtp+plain:// · Mail server
    #[arg(long, value_name = "URL", requires = "mail_from")]
    pub mail_server: Option<String>,
    /// Địa chỉ gửi thư, như "Diễn đàn <thu@vi-du.vn>" · Address that mails come from
    #[arg(long, value_name = "ADDRESS", requires = "mail_server")]
    pub mail_from: Option<String>,
    /// Tên đăng nhập máy chủ thư · Name to sign in at the mail server with
    #[arg(long, value_name = "NAME", requires = "mail_password_file")]
    pub mail_user: Option<String>,
    /// Tệp mật khẩu máy chủ thư · File with the password for it
    #[arg(long, value_name = "FILE", requires = "mail_user")]
    pub mail_password_file: Option<PathBuf>,
    /// Chờ bao lâu giữa các lần gửi lại · How long to wait between attempts
    #[arg(long, value_name = "WAITS", default_value = Schedule::DEFAULT)]
    pub mail_retry: Schedule,
}

/// Where the host platform is told what to do.
#[derive(Debug, Args)]
pub struct WebhookOptions {
    /// Địa chỉ nhận webhook của nền tảng · Address at which the platform takes webhooks
    #[arg(long, value_name = "URL", requires = "webhook_secret_file")]
    pub webhook: Option<String>,
    /// Tệp khóa ký webhook, mỗi dòng một khóa whsec_… · File of secrets that sign webhooks, one whsec_… a line
    #[arg(long, value_name = "FILE", requires = "webhook")]
    pub webhook_secret_file: Option<PathBuf>,
    /// Cho phép địa chỉ trong mạng nội bộ và không có TLS · Allow an address inside the own network, and without TLS
    #[arg(long, requires = "webhook")]
    pub webhook_private: bool,
    /// Chờ bao lâu giữa các lần gửi lại · How long to wait between attempts
    #[arg(long, value_name = "WAITS", default_value = Schedule::DEFAULT, requires = "webhook")]
    pub webhook_retry: Schedule,
}

/// Where a centre's own programs are told what happens with incidents.
#[derive(Debug, Args)]
pub struct SocWebhookOptions {
    /// Địa chỉ nhận diễn biến sự cố của hệ thống SOAR hoặc phiếu việc · Address at which a SOAR or ticket system is told of incidents
    #[arg(long, value_name = "URL", requires = "soc_webhook_secret_file")]
    pub soc_webhook: Option<String>,
    /// Tệp khóa ký, mỗi dòng một khóa whsec_… · File of secrets that sign it, one whsec_… a line
    #[arg(long, value_name = "FILE", requires = "soc_webhook")]
    pub soc_webhook_secret_file: Option<PathBuf>,
    /// Cho phép địa chỉ trong mạng nội bộ và không có TLS · Allow an address inside the own network, and without TLS
    #[arg(long, requires = "soc_webhook")]
    pub soc_webhook_private: bool,
    /// Chờ bao lâu giữa các lần gửi lại · How long to wait between attempts
    #[arg(long, value_name = "WAITS", default_value = Schedule::DEFAULT, requires = "soc_webhook")]
    pub soc_webhook_retry: Schedule,
}

/// Where incidents are told to in edXML (letter 2290), and as whom.
#[derive(Debug, Args)]
pub struct EdxmlOptions {
    /// Địa chỉ nhận edXML của trung tâm quốc gia · Address at which the national centre takes edXML
    #[arg(long, value_name = "URL", requires_all = ["edxml_key_file", "edxml_certificate_file", "edxml_subject", "edxml_organ_id", "edxml_organ_name"])]
    pub edxml: Option<String>,
    /// Tệp khóa RSA ký edXML, dạng PEM · File of the RSA key that signs, in PEM
    #[arg(long, value_name = "FILE", requires = "edxml")]
    pub edxml_key_file: Option<PathBuf>,
    /// Tệp chứng thư số của khóa đó, dạng PEM · File of its certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "edxml")]
    pub edxml_certificate_file: Option<PathBuf>,
    /// Chủ thể của chứng thư số, theo RFC 4514 · Subject of the certificate, as in RFC 4514
    #[arg(long, value_name = "NAME", requires = "edxml")]
    pub edxml_subject: Option<String>,
    /// Mã định danh cơ quan, dạng 000.00.00.H26 · Id of the organisation
    #[arg(long, value_name = "ID", requires = "edxml")]
    pub edxml_organ_id: Option<String>,
    /// Tên cơ quan, tổ chức · Name of the organisation
    #[arg(long, value_name = "NAME", requires = "edxml")]
    pub edxml_organ_name: Option<String>,
    /// Cho phép địa chỉ trong mạng nội bộ và không có TLS · Allow an address inside the own network, and without TLS
    #[arg(long, requires = "edxml")]
    pub edxml_private: bool,
    /// Chờ bao lâu giữa các lần gửi lại · How long to wait between attempts
    #[arg(long, value_name = "WAITS", default_value = Schedule::DEFAULT, requires = "edxml")]
    pub edxml_retry: Schedule,
}

/// Who witnesses the public log.
#[derive(Debug, Args)]
pub struct WitnessOptions {
    /// Nút chứng kiến nhật ký công khai: địa chỉ và khóa, tối đa 8 · Witness of the public log: its address and key, at most 8
    #[arg(long, value_name = "URL KEY")]
    pub witness: Vec<String>,
    /// Cho phép nút chứng kiến trong mạng nội bộ và không có TLS · Allow witnesses inside the own network, and without TLS
    #[arg(long, requires = "witness")]
    pub witness_private: bool,
}

/// Who this node is to other nodes.
#[derive(Debug, Args)]
pub struct PeersOptions {
    /// Nút này là gì, có thể lặp lại: platform, telecom, authority · What this node is; may be repeated
    #[arg(long, value_name = "ROLE", default_value = "platform", value_parser = ["platform", "telecom", "authority"])]
    pub role: Vec<String>,
    /// Khóa của cơ quan trong gói chính sách, nếu nút này là của cơ quan · Key of the office in the policy pack, where this
    /// node is an authority's
    #[arg(long, value_name = "OFFICE")]
    pub office: Option<String>,
    /// Cho phép các nút trong mạng nội bộ và không có TLS · Allow nodes inside the own network, and without TLS
    #[arg(long)]
    pub peer_private: bool,
}
