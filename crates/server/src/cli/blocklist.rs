//! Blocklists of the network.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::zone;

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
    /// Xuất danh sách chặn cho bộ phân giải DNS, tường lửa hoặc cảm biến · Write a blocklist for a resolver, firewall or
    /// sensor
    Export(BlockOptions),
    /// Phục vụ danh sách chặn cho bộ phân giải DNS bằng chuyển vùng RPZ, và chứng minh nó có hiệu lực · Serve a blocklist to
    /// resolvers as an RPZ zone, and prove that it is in effect
    Serve(Box<zone::ServeOptions>),
    /// In cấu hình cho bộ phân giải lấy vùng đang phục vụ · Print what a resolver is configured with to have the zone
    Resolver(zone::ConfigureOptions),
    /// Lấy vùng RPZ của nơi khác thành danh sách · Fetch an RPZ zone of others as a list
    Import(zone::ImportOptions),
}

/// What is to be blocked.
#[derive(Debug, Clone, Args)]
pub struct ListOptions {
    /// Các danh sách, mỗi dòng một tên, địa chỉ hoặc dải mạng · Lists, a name, address or network a line
    #[arg(value_name = "IN")]
    pub files: Vec<PathBuf>,
    /// Làm gì với tên bị chặn: nxdomain, nodata, drop hoặc redirect=TÊN · What is done with blocked names
    #[arg(long, value_name = "ACT", default_value = "nxdomain", value_parser = anlanh_soc::blocking::Act::parse)]
    pub act: anlanh_soc::blocking::Act,
    /// Các danh sách ngoại lệ: vẫn trả lời như thường · Lists of exceptions, which are answered as ever
    #[arg(long, value_name = "FILE")]
    pub pass: Vec<PathBuf>,
    /// Các danh sách không được chặn: mục nào chạm tới sẽ bị từ chối · Lists of what must stay reachable: what would hit it is
    /// refused
    #[arg(long, value_name = "FILE")]
    pub protect: Vec<PathBuf>,
    /// Danh sách trống là có chủ ý: không chặn gì · An empty list is meant: nothing is blocked
    #[arg(long)]
    pub may_be_empty: bool,
}

/// Options of `blocklist export`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("of_node").args(["data", "database"]).multiple(true))]
#[command(group = clap::ArgGroup::new("from").args(["files", "data", "database"]).multiple(true).required(true))]
pub struct BlockOptions {
    /// What is to be blocked.
    #[command(flatten)]
    pub list: ListOptions,
    /// Xuất danh sách của nút có thư mục dữ liệu này, với số thứ tự của nó · Write the list of the node with this data folder,
    /// with its serial
    #[arg(long, value_name = "DIR", conflicts_with_all = ["files", "pass", "protect", "serial"])]
    pub data: Option<PathBuf>,
    /// Như trên, từ PostgreSQL · The same, from PostgreSQL
    #[arg(long, value_name = "postgres://…", conflicts_with_all = ["files", "pass", "protect", "serial"])]
    pub database: Option<String>,
    /// Phần nào của danh sách của nút · Which part of the node's list
    #[arg(long, value_name = "PART", default_value = "all", requires = "of_node")]
    pub part: BlockPart,
    /// Dạng của tệp kết quả · Form of what is written
    #[arg(long = "as", value_name = "FORM")]
    pub form: BlockForm,
    /// Tên của vùng RPZ · Name of the RPZ zone
    #[arg(long, value_name = "NAME", default_value = "rpz.anlanh", value_parser = anlanh_soc::blocking::Origin::parse)]
    pub origin: anlanh_soc::blocking::Origin,
    /// Số thứ tự của vùng; mặc định là số giây hiện tại · Serial number of the zone; the seconds of now by default
    #[arg(long, value_name = "N")]
    pub serial: Option<u32>,
    /// Câu trả lời được giữ bao nhiêu giây · For how many seconds answers may be kept
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub ttl: u32,
    /// Các danh sách đã xuất lần trước: chỉ ghi phần thay đổi, cho exabgp và crowdsec · The lists of last time: only what
    /// changed is written, for exabgp and crowdsec
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub before: Vec<PathBuf>,
    /// Địa chỉ mà router bỏ lưu lượng, cho exabgp · Address for which routers drop traffic, for exabgp
    #[arg(long, value_name = "ADDRESS")]
    pub next_hop: Vec<std::net::IpAddr>,
    /// Bouncer giữ một quyết định bao nhiêu giây, cho crowdsec · For how many seconds a bouncer keeps a decision, for crowdsec
    #[arg(long, value_name = "SECONDS", default_value_t = 14_400)]
    pub duration: u32,
    /// Lý do ghi trong các quyết định, cho crowdsec · What decisions say of why, for crowdsec
    #[arg(long, value_name = "TEXT", default_value = "anlanh")]
    pub reason: String,
    /// Tệp kết quả; mặc định là đầu ra chuẩn · File to write; the standard output by default
    #[arg(long, short, value_name = "OUT")]
    pub out: Option<PathBuf>,
}

/// Parts of a node's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BlockPart {
    /// Đang áp dụng ở mọi nơi · In force everywhere
    All,
    /// Cho bên thực thi thử trước · For the canary
    Canary,
    /// Đang chạy ngầm: để đếm, không để chặn · In shadow: to be counted, not to be blocked
    Shadow,
}

impl BlockPart {
    /// It as the list knows it.
    pub const fn portion(self) -> anlanh_app::block::Portion {
        use anlanh_app::block::Portion;
        use anlanh_model::BlockAudience;

        match self {
            Self::All => Portion::For(BlockAudience::All),
            Self::Canary => Portion::For(BlockAudience::Canary),
            Self::Shadow => Portion::Shadow,
        }
    }
}

/// Forms of blocklists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BlockForm {
    /// Vùng RPZ cho BIND, Unbound, PowerDNS Recursor · RPZ zone for BIND, Unbound, PowerDNS Recursor
    Rpz,
    /// Vùng RPZ cho Knot Resolver · RPZ zone for Knot Resolver
    RpzKnot,
    /// Bảng nftables · Table of nftables
    Nftables,
    /// Tập dữ liệu của Suricata · Dataset of Suricata
    Suricata,
    /// CDB cho dnsdist · CDB for dnsdist
    Cdb,
    /// Lệnh cho ExaBGP: đường đi vào hố đen · Commands for ExaBGP: blackhole routes
    Exabgp,
    /// Lệnh cho ExaBGP: quy tắc Flowspec · Commands for ExaBGP: rules of Flowspec
    ExabgpFlowspec,
    /// Các quyết định cho bouncer của CrowdSec · Decisions for bouncers of CrowdSec
    Crowdsec,
    /// NDJSON
    Json,
}
