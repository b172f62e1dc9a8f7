//! `anlanh taxii`: its command line.

use clap::{Args, Subcommand};

use super::DataOptions;

/// What to do with TAXII.
#[derive(Debug, Subcommand)]
pub enum TaxiiCommand {
    /// Các tập dữ liệu · Collections
    #[command(subcommand)]
    Collection(CollectionCommand),
}

/// What to do with collections.
#[derive(Debug, Subcommand)]
pub enum CollectionCommand {
    /// Tạo tập dữ liệu và in ra id · Make a collection and print its id
    Create(CollectionOptions),
    /// Liệt kê các tập dữ liệu · List the collections
    List(DataOptions),
    /// Cho một mã truy cập thêm quyền với một tập dữ liệu, hoặc rút lại · Grant a token more of a collection, or take it back
    Grant(GrantOptions),
}

/// Options of `taxii collection create`.
#[derive(Debug, Args)]
pub struct CollectionOptions {
    /// Tên · Title
    #[arg(long, value_name = "TITLE")]
    pub title: String,
    /// Mô tả · Description
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Bí danh dùng thay id · Name that may stand in place of the id
    #[arg(long, value_name = "NAME")]
    pub alias: Option<String>,
    /// Không ai được đọc, trừ mã được cấp quyền · Nobody reads it but tokens that are granted to
    #[arg(long)]
    pub no_read: bool,
    /// Không ai được ghi, trừ mã được cấp quyền · Nobody adds to it but tokens that are granted to
    #[arg(long)]
    pub no_write: bool,
    /// Những gì được ghi vào cũng là chỉ dấu của nút này · What is written into it is taken over as indicators
    #[arg(long)]
    pub indicators: bool,
    #[command(flatten)]
    pub data: DataOptions,
}

/// Options of `taxii collection grant`.
#[derive(Debug, Args)]
pub struct GrantOptions {
    /// Id hoặc bí danh của tập dữ liệu · Id or alias of the collection
    #[arg(long, value_name = "ID")]
    pub collection: String,
    /// Tên của mã truy cập · Name of the token
    #[arg(long, value_name = "NAME")]
    pub token: String,
    /// Được đọc · It may read
    #[arg(long)]
    pub read: bool,
    /// Được ghi · It may add
    #[arg(long)]
    pub write: bool,
    #[command(flatten)]
    pub data: DataOptions,
}
