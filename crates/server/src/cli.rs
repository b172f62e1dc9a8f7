//! What may be said on the command line.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use anlanh_app::export::ExportFormat;
use anlanh_model::{Role, Scope};
use anlanh_outbound::Schedule;
use clap::{Args, Parser, Subcommand};

/// An Lành: sàng lọc nội dung tiếng Việt, giải thích từng phát hiện. Screens Vietnamese content, explains every hit.
#[derive(Debug, Parser)]
#[command(name = "anlanh", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Chạy dịch vụ: trang thử, API, số đo · Run the service: page, API, metrics
    Serve(Box<ServeOptions>),
    /// Sàng lọc tệp hoặc luồng, mỗi dòng một mục · Screen files or a stream, one item a line
    Screen(ScreenOptions),
    /// Kiểm tra gói chính sách · Look after policy packs
    #[command(subcommand)]
    Pack(PackCommand),
    /// Chuẩn bị danh sách chặn · Prepare blocklists
    #[command(subcommand)]
    Blocklist(BlocklistCommand),
    /// Tài khoản của người dùng nội bộ · Accounts of staff
    #[command(subcommand)]
    User(UserCommand),
    /// Dữ liệu của người phản ánh · Data of those who report
    #[command(subcommand)]
    Reporter(ReporterCommand),
    /// Mã truy cập cho máy · Tokens for machines
    #[command(subcommand)]
    Token(TokenCommand),
    /// Các quyết định đã có hiệu lực · Decisions that took effect
    #[command(subcommand)]
    Decisions(DecisionsCommand),
    /// Nhật ký công khai: kiểm tra, chứng minh · Public logs: check, prove
    #[command(subcommand)]
    Log(LogCommand),
}

/// What to judge by.
#[derive(Debug, Args)]
pub struct PolicyOptions {
    /// Gói chính sách; mặc định là gói Việt Nam có sẵn · Policy pack; the built-in Vietnam pack by default
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    /// Danh sách chặn, dạng văn bản hoặc đã biên dịch; LIST mặc định là `blocklist` · Blocklist, as text or compiled
    #[arg(long, value_name = "[LIST=]FILE", num_args = 1..)]
    pub blocklist: Vec<BlocklistOption>,
}

/// A file of names, and the list of the pack that they go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlocklistOption {
    /// Id of the list; when none, the pack's only one, or the one named `blocklist`.
    pub list: Option<String>,
    /// The file.
    pub file: PathBuf,
}

impl FromStr for BlocklistOption {
    type Err = std::convert::Infallible;

    /// What stands before the first `=` is a list, unless a slash comes first: then it is part of a path.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (list, file) = match text.split_once('=') {
            Some((list, file)) if !list.contains('/') => (Some(list.to_owned()), file),
            Some(_) | None => (None, text),
        };
        Ok(Self {
            list,
            file: file.into(),
        })
    }
}

/// Where a node keeps what it keeps.
#[derive(Debug, Args)]
pub struct DataOptions {
    /// Thư mục dữ liệu · Folder of the data
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Dùng PostgreSQL thay cho SQLite trong thư mục dữ liệu · PostgreSQL in place of SQLite in the data folder
    #[arg(long, value_name = "postgres://…")]
    pub database: Option<String>,
    /// Tệp khóa niêm phong dữ liệu cá nhân; mặc định là `key` trong thư mục dữ liệu · File of the key that seals personal
    /// data; `key` in the data folder by default
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

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
    #[command(flatten)]
    pub webhook: WebhookOptions,
    #[command(flatten)]
    pub mail: MailOptions,
    #[command(flatten)]
    pub witnesses: WitnessOptions,
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub policy: PolicyOptions,
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

/// Options of `screen`.
#[derive(Debug, Args)]
pub struct ScreenOptions {
    /// Các tệp NDJSON; `-` là đầu vào chuẩn · Files of NDJSON; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub files: Vec<PathBuf>,
    /// Mỗi dòng là một văn bản thường · Each line is a plain text
    #[arg(long)]
    pub text: bool,
    /// In bảng tổng kết thay cho từng kết quả · Print a summary in place of the verdicts
    #[arg(long)]
    pub summary: bool,
    /// Số luồng xử lý · Threads that judge
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub policy: PolicyOptions,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Tạo tài khoản; mật khẩu đọc từ đầu vào chuẩn, nếu không có thì tạo và in ra · Make an account; the password
    /// comes from standard input, or is made and printed
    Create(UserOptions),
    /// Liệt kê tài khoản · List accounts
    List(DataOptions),
}

/// Options of `user create`.
#[derive(Debug, Args)]
pub struct UserOptions {
    /// Tên đăng nhập · Name to sign in with
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// administrator, policy-manager, reviewer, auditor
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: Role,
    /// Tệp chứa mật khẩu ở dòng đầu · File with the password on its first line
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[command(flatten)]
    pub data: DataOptions,
}

/// What to do with the data of those who report.
#[derive(Debug, Subcommand)]
pub enum ReporterCommand {
    /// Xóa mọi dữ liệu từ một địa chỉ email đã xác nhận, in giấy chứng nhận · Erase everything that came from a confirmed
    /// address, and print a certificate
    Erase(EraseOptions),
}

/// Options of `reporter erase`.
#[derive(Debug, Args)]
pub struct EraseOptions {
    /// Địa chỉ email · E-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    #[command(flatten)]
    pub data: DataOptions,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Tạo mã truy cập và in ra một lần · Make a token and print it once
    Create(TokenOptions),
    /// Liệt kê mã truy cập · List tokens
    List(DataOptions),
    /// Thu hồi mã truy cập · Revoke a token
    Revoke(RevokeOptions),
}

/// Options of `token create`.
#[derive(Debug, Args)]
pub struct TokenOptions {
    /// Tên của mã · Name of the token
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// items:write, items:read, cases:read, cases:write, policy:read, policy:write, audit:read,
    /// reports:write, actions:read, actions:write
    #[arg(long, value_name = "SCOPE", required = true, value_parser = scope)]
    pub scope: Vec<Scope>,
    /// Người mà mã này thay mặt · Person the token stands for
    #[arg(long = "for", value_name = "USER")]
    pub person: Option<String>,
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `token revoke`.
#[derive(Debug, Args)]
pub struct RevokeOptions {
    /// Id của mã, như `token list` in ra · Id of the token, as `token list` prints it
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub data: DataOptions,
}

/// What to do with decisions.
#[derive(Debug, Subcommand)]
pub enum DecisionsCommand {
    /// Xuất mọi quyết định cho cơ quan có thẩm quyền · Export every decision, for authorities
    Export(ExportOptions),
}

/// What to do with a public log.
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Tính lại toàn bộ nhật ký từ các mục, hoặc kiểm tra một biên nhận · Recompute a log from its entries, or check a receipt
    Verify(VerifyOptions),
    /// In bằng chứng một mục có trong nhật ký · Print the proof that an entry stands in a log
    Prove(ProveOptions),
    /// Các nhật ký khác mà nút này chứng kiến · Other logs that this node witnesses
    #[command(subcommand)]
    Watch(WatchCommand),
}

/// What to do with the logs that a node witnesses.
#[derive(Debug, Subcommand)]
pub enum WatchCommand {
    /// Chứng kiến nhật ký có khóa này · Witness the log with this key
    Add(WatchOptions),
    /// In khóa chứng kiến của nút và các nhật ký · Print the node's witness key, and the logs
    List(DataOptions),
    /// Thôi chứng kiến một nhật ký · Witness a log no longer
    Remove(WatchOptions),
}

/// Options of `log watch add` and `log watch remove`.
#[derive(Debug, Args)]
pub struct WatchOptions {
    /// Khóa công khai của nhật ký, xem trang /log của nó · Public key of the log, shown on its page /log
    #[arg(value_name = "KEY")]
    pub key: String,
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `log verify`.
#[derive(Debug, Args)]
pub struct VerifyOptions {
    /// Địa chỉ hoặc thư mục của nhật ký, hoặc tệp biên nhận · Address or folder of a log, or the file of a receipt
    #[arg(value_name = "URL|DIR|FILE")]
    pub source: String,
    /// Khóa công khai của nhật ký · Public key of the log
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Nhớ những gì đã thấy, để lần sau biết nhật ký có bị sửa không · Remember what was seen, to notice a change next time
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Khóa của một nút chứng kiến · Key of a witness
    #[arg(long, value_name = "KEY")]
    pub witness: Vec<String>,
    /// Bao nhiêu nút chứng kiến phải ký; mặc định là tất cả · How many of the witnesses must have signed; all by default
    #[arg(long, value_name = "N", requires = "witness")]
    pub quorum: Option<NonZeroUsize>,
}

/// Options of `log prove`.
#[derive(Debug, Args)]
pub struct ProveOptions {
    /// Địa chỉ hoặc thư mục của nhật ký · Address or folder of a log
    #[arg(value_name = "URL|DIR")]
    pub source: String,
    /// Vị trí của mục, từ 0 · Where the entry stands, from 0
    pub position: u64,
}

/// Options of `decisions export`.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// dsa, csv, parquet
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub format: ExportFormat,
    /// Ngày đầu tiên · First day
    #[arg(long, value_name = "2026-01-01")]
    pub from: Option<String>,
    /// Ngày cuối cùng · Last day
    #[arg(long, value_name = "2026-12-31")]
    pub to: Option<String>,
    /// Tệp kết quả, chưa có; `-` là đầu ra chuẩn · File to write, not there yet; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub data: DataOptions,
}

fn format(text: &str) -> Result<ExportFormat, String> {
    ExportFormat::from_key(text).ok_or_else(|| keys(&ExportFormat::ALL.map(ExportFormat::key)))
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_key(text).ok_or_else(|| keys(&Role::ALL.map(Role::key)))
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::from_key(text).ok_or_else(|| keys(&Scope::ALL.map(Scope::key)))
}

fn keys(known: &[&str]) -> String {
    format!("chọn một trong · choose one of: {}", known.join(", "))
}

/// What to do with packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Tìm mọi lỗi trong gói, kèm tệp và dòng · Find every mistake in a pack, with file and line
    Check {
        /// Thư mục của gói · Folder of the pack
        dir: PathBuf,
    },
    /// Chạy các ví dụ bên cạnh quy tắc và từ vựng · Run the examples beside rules and entries
    Test {
        /// Thư mục của gói · Folder of the pack
        dir: PathBuf,
    },
}

/// What to do with blocklists.
#[derive(Debug, Subcommand)]
pub enum BlocklistCommand {
    /// Biên dịch danh sách thành một tệp nạp tức thì · Compile lists into one file that loads at once
    Compile {
        /// Các tệp văn bản, mỗi dòng một tên; `-` là đầu vào chuẩn · Text files, one name a line; `-` is standard input
        #[arg(required = true, value_name = "IN")]
        files: Vec<PathBuf>,
        /// Tệp kết quả · File to write
        #[arg(long, short, value_name = "OUT")]
        out: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_blocklist_may_name_its_list() {
        let check = |text: &str, list: Option<&str>, file: &str| {
            let parsed: BlocklistOption = text.parse().unwrap();
            let expected = BlocklistOption {
                list: list.map(str::to_owned),
                file: file.into(),
            };
            assert_eq!(parsed, expected, "{text}");
        };
        check("names.txt", None, "names.txt");
        check("phishing=names.txt", Some("phishing"), "names.txt");
        check("phishing=a=b.txt", Some("phishing"), "a=b.txt");
        check("/srv/a=b.txt", None, "/srv/a=b.txt");
    }
}
