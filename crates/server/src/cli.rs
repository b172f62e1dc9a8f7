//! What may be said on the command line.

mod account;
mod blocklist;
mod events;
mod log;
mod peer;
mod sensor;
mod serve;
mod taxii;
mod tls;
pub mod zone;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};

pub use account::{EraseOptions, ReporterCommand, RevokeOptions, TokenCommand, TokenOptions, UserCommand, UserOptions};
pub use blocklist::{BlockForm, BlockOptions, BlockPart, BlocklistCommand, ListOptions};
pub use events::{
    EventFormat, EventsCommand, ForgetOptions, HuntOptions, KeepOptions, MatchOptions, Moment, NetworkOption, UtcOffset,
};
pub use log::{DecisionsCommand, ExportOptions, LogCommand, ProveOptions, VerifyOptions, WatchCommand, WatchOptions};
pub use peer::{NodeCommand, PeerCommand, PeerCutOptions, PeerOptions};
pub use sensor::{
    AddOptions as AddSensorOptions, EventsExportOptions, NameOptions as SensorNameOptions, NatsOptions, SensorCommand,
    StreamOptions,
};
pub use serve::{
    EdxmlOptions, MailOptions, NetworkOptions, ServeOptions, SocWebhookOptions, WebhookOptions, WitnessOptions,
};
pub use taxii::{CollectionCommand, CollectionOptions, GrantOptions, TaxiiCommand};
pub use tls::TlsOptions;

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
    /// Đối chiếu nhật ký sự kiện với chỉ dấu · Match event logs against indicators
    Match(MatchOptions),
    /// Lưu sự kiện và tìm lại theo chỉ dấu mới · Keep events, and look through them for new indicators
    #[command(subcommand)]
    Events(EventsCommand),
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
    /// Cảm biến gửi sự kiện cho nút · Sensors that send events to the node
    #[command(subcommand)]
    Sensor(SensorCommand),
    /// Mã truy cập cho máy · Tokens for machines
    #[command(subcommand)]
    Token(TokenCommand),
    /// Các quyết định đã có hiệu lực · Decisions that took effect
    #[command(subcommand)]
    Decisions(DecisionsCommand),
    /// Nút này là ai với các nút khác · Who this node is to others
    #[command(subcommand)]
    Node(NodeCommand),
    /// Các nút khác mà nút này trao đổi · Other nodes that this one talks to
    #[command(subcommand)]
    Peer(PeerCommand),
    /// Chia sẻ dấu hiệu qua TAXII · Indicators shared over TAXII
    #[command(subcommand)]
    Taxii(TaxiiCommand),
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

fn keys(known: &[&str]) -> String {
    format!("chọn một trong · choose one of: {}", known.join(", "))
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
