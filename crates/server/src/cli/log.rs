//! Decisions that are given out, and public logs.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anlanh_app::export::ExportFormat;
use clap::{Args, Subcommand};

use super::{DataOptions, keys};

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
