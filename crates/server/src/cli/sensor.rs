//! `anlanh sensor`, and what `anlanh serve` says of events: their command line.

use std::path::PathBuf;

use anlanh_model::{SensorForm, SensorKind};
use anlanh_soc::Network;
use clap::{Args, Subcommand};

use super::{DataOptions, Moment, NetworkOption, UtcOffset};

/// What to do with sensors.
#[derive(Debug, Subcommand)]
pub enum SensorCommand {
    /// Thêm cảm biến; nút đang chạy nhận ngay · Add a sensor; a running node takes it at once
    Add(Box<AddOptions>),
    /// Liệt kê các cảm biến · List the sensors
    List(DataOptions),
    /// Dừng cảm biến cho đến khi cho chạy tiếp · Stop a sensor until it is resumed
    Stop(NameOptions),
    /// Cho cảm biến chạy tiếp · Let a sensor go on
    Resume(NameOptions),
    /// Gỡ cảm biến; sự kiện đã lưu vẫn còn · Remove a sensor; what it sent stays
    Remove(NameOptions),
}

/// Options of `sensor add`.
#[derive(Debug, Args)]
pub struct AddOptions {
    /// Tên: a-z, 0-9, - và _ · Name: a-z, 0-9, - and _
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Sự kiện đến bằng cách nào · How its events come in
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: SensorKind,
    /// Dạng của sự kiện · What they look like
    #[arg(long, value_name = "FORM", value_parser = form)]
    pub form: SensorForm,
    /// Đường dẫn tuyệt đối của tệp hoặc socket, địa chỉ để lắng nghe như `0.0.0.0:6514`, hoặc máy chủ như
    /// `nats://localhost:4222` · Absolute path of the file or socket, address to listen on, or server
    #[arg(long, value_name = "PLACE", default_value = "")]
    pub place: String,
    /// Sự kiện nằm trong thông điệp syslog (RFC 5424, 3164; qua TCP và TLS theo RFC 6587) · Events come in messages of syslog
    #[arg(long)]
    pub syslog: bool,
    /// Tệp nói trường nào là gì, cho `--form json` · File that says which field is what, for `--form json`
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Múi giờ của những thời điểm không ghi múi giờ, như `+07:00` · Zone of times that name none
    #[arg(long, value_name = "OFFSET", default_value = "+00:00", allow_hyphen_values = true)]
    pub utc_offset: UtcOffset,
    /// Chuỗi chứng thư, dạng PEM, cho `--kind tls` · Chain of certificates in PEM, for `--kind tls`
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Khóa riêng, dạng PEM · Private key in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Bên ký chứng thư của máy gửi, dạng PEM: không có chứng thư thì không được gửi · Who signs certificates of senders, in
    /// PEM: nobody sends without one
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
    /// Lược đồ báo cáo của Shadowserver, cho `--form shadowserver` · Schema of Shadowserver's reports, for `--form
    /// shadowserver`
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    #[command(flatten)]
    pub nats: NatsOptions,
    #[command(flatten)]
    pub data: DataOptions,
}

/// Which stream of a NATS server is read, and who the node is to it.
#[derive(Debug, Args)]
pub struct NatsOptions {
    /// Luồng JetStream, cho `--kind nats` · Stream of JetStream, for `--kind nats`
    #[arg(long, value_name = "STREAM")]
    pub stream: Option<String>,
    /// Chỉ những thông điệp thuộc chủ đề này · Only messages of this subject
    #[arg(long, value_name = "SUBJECT", requires = "stream")]
    pub subject: Option<String>,
    /// Bên ký chứng thư của máy chủ, dạng PEM · Who signs the certificate of the server, in PEM
    #[arg(long, value_name = "FILE", requires = "stream")]
    pub nats_ca: Option<PathBuf>,
    /// Tên người dùng; mật khẩu ở dòng đầu của tệp bí mật · Name of a user, whose password is in the file of the secret
    #[arg(long, value_name = "USER", requires = "secret_file")]
    pub user: Option<String>,
    /// Tệp bí mật: dòng đầu là mật khẩu, mã, hoặc khóa nkey (SU…) · File of the secret: its first line is a password, a token,
    /// or an nkey (SU…)
    #[arg(long, value_name = "FILE", requires = "stream")]
    pub secret_file: Option<PathBuf>,
}

/// Options of `sensor stop`, `resume` and `remove`.
#[derive(Debug, Args)]
pub struct NameOptions {
    /// Tên của cảm biến · Name of the sensor
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub data: DataOptions,
}

/// What `serve` is told of the events of its sensors.
#[derive(Debug, Args)]
pub struct StreamOptions {
    /// Mạng của thuê bao, như `10.0.0.0/8`: sự kiện được lưu với mã thay cho địa chỉ trong đó; dùng nhiều lần được. Không có
    /// lựa chọn này hoặc `--no-subscribers` thì không cảm biến nào chạy · Network of subscribers: events are kept with tokens
    /// in place of addresses in it; may be given several times. Without this or `--no-subscribers` no sensor runs
    #[arg(long, value_name = "NETWORK", conflicts_with = "no_subscribers")]
    pub subscribers: Vec<NetworkOption>,
    /// Không địa chỉ nào trong sự kiện là của thuê bao · No address in events is a subscriber's
    #[arg(long)]
    pub no_subscribers: bool,
    /// Thư mục có các luật Sigma (.yml, .yaml) mà sự kiện của cảm biến được đối chiếu; tệp thay đổi thì được đọc lại; dùng nhiều lần
    /// được · Folder of Sigma rules (.yml, .yaml) that events of sensors are held against; files that change are read again; may be
    /// given several times
    #[arg(long, value_name = "DIR")]
    pub sigma: Vec<PathBuf>,
}

impl StreamOptions {
    /// The networks of the subscribers; none where nobody said.
    pub fn networks(&self) -> Option<Vec<Network>> {
        let is_said = self.no_subscribers || !self.subscribers.is_empty();
        is_said.then(|| self.subscribers.iter().map(|option| option.0).collect())
    }
}

fn kind(text: &str) -> Result<SensorKind, String> {
    SensorKind::from_key(text).ok_or_else(|| keys(SensorKind::ALL.iter().map(|kind| kind.key())))
}

fn form(text: &str) -> Result<SensorForm, String> {
    SensorForm::from_key(text).ok_or_else(|| keys(SensorForm::ALL.iter().map(|form| form.key())))
}

fn keys(keys: impl Iterator<Item = &'static str>) -> String {
    let keys: Vec<&str> = keys.collect();
    format!("một trong · one of: {}", keys.join(", "))
}

/// Options of `events export`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whence").required(true).args(["data", "archive"]))]
pub struct EventsExportOptions {
    /// Tệp Parquet được ghi · The Parquet file that is written
    #[arg(long, value_name = "FILE")]
    pub parquet: PathBuf,
    /// Thư mục dữ liệu của nút · Data folder of the node
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// PostgreSQL của nút · PostgreSQL of the node
    #[arg(long, value_name = "ADDRESS", requires = "data")]
    pub database: Option<String>,
    /// Thư mục của kho sự kiện · Folder of the archive
    #[arg(long, value_name = "DIR")]
    pub archive: Option<PathBuf>,
    /// Chỉ những gì xảy ra từ lúc này · Only what happened from this moment on
    #[arg(long, value_name = "TIME")]
    pub from: Option<Moment>,
    /// Chỉ những gì xảy ra trước lúc này · Only what happened before this moment
    #[arg(long, value_name = "TIME")]
    pub to: Option<Moment>,
}
