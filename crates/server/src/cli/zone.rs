//! What may be said about zones of blocklists.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use anlanh_soc::blocking::Origin;
use anlanh_soc::{Kind as ValueKind, Network, Value};
use anlanh_zone::{Kind, Parts, Resolver, address_of};
use clap::{Args, Parser};

use super::{BlockPart, ListOptions};

/// Options of `blocklist serve`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("of_node").args(["data", "database"]).multiple(true))]
#[command(group = clap::ArgGroup::new("from").args(["files", "data", "database"]).multiple(true).required(true))]
pub struct ServeOptions {
    /// What is to be blocked.
    #[command(flatten)]
    pub list: ListOptions,
    /// Phục vụ danh sách của nút có thư mục dữ liệu này, và giữ bằng chứng ở đó · Serve the list of the node with this data
    /// folder, and keep the proofs there
    #[arg(long, value_name = "DIR", conflicts_with_all = ["files", "pass", "protect"])]
    pub data: Option<PathBuf>,
    /// Như trên, từ PostgreSQL · The same, from PostgreSQL
    #[arg(long, value_name = "postgres://…", conflicts_with_all = ["files", "pass", "protect"])]
    pub database: Option<String>,
    /// Phần nào của danh sách của nút · Which part of the node's list
    #[arg(long, value_name = "PART", default_value = "all", requires = "of_node")]
    pub part: BlockPart,
    /// How it is served.
    #[command(flatten)]
    pub zone: ZoneOptions,
}

/// How a zone is served and proven.
#[derive(Debug, Args)]
pub struct ZoneOptions {
    /// Tên của vùng RPZ · Name of the RPZ zone
    #[arg(long, value_name = "NAME", default_value = "rpz.anlanh", value_parser = Origin::parse)]
    pub origin: Origin,
    /// Phục vụ thêm vùng này chia thành chừng ấy vùng con, cho BIND: thay đổi có hiệu lực nhanh hơn nhiều · Serve the zone cut
    /// into so many parts besides, for BIND, where changes then take effect much sooner
    #[arg(long, value_name = "N", default_value = "0", value_parser = parts)]
    pub parts: Parts,
    /// Câu trả lời được giữ bao nhiêu giây · For how many seconds answers may be kept
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub ttl: u32,
    /// Bộ phân giải tự hỏi lại sau bao nhiêu giây · After how many seconds a resolver asks by itself
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub refresh: u32,
    /// Địa chỉ phục vụ, UDP và TCP · Addresses to serve at, UDP and TCP
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5300")]
    pub listen: Vec<SocketAddr>,
    /// Địa chỉ phục vụ qua TLS (XoT), cho Unbound · Addresses to serve at inside TLS (XoT), for Unbound
    #[arg(long, value_name = "ADDRESS", requires_all = ["tls_cert", "tls_key"])]
    pub tls_listen: Vec<SocketAddr>,
    /// Chứng thư TLS, PEM · Certificate for TLS, PEM
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Khóa của chứng thư, PEM · Its key, PEM
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Tệp khóa TSIG như `tsig-keygen` tạo: ai ký bằng khóa trong đó thì được lấy vùng · File of TSIG keys as `tsig-keygen`
    /// makes it: whoever signs with one may have the zone
    #[arg(long, value_name = "FILE")]
    pub tsig_file: Vec<PathBuf>,
    /// Địa chỉ hoặc dải mạng được lấy vùng mà không cần ký · Addresses or networks that may have the zone unsigned
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    pub allow: Vec<Network>,
    /// Bộ phân giải được báo khi có phiên bản mới, có thể ký bằng khóa nêu tên · Resolvers that are told of new versions, signed
    /// where a key is named
    #[arg(long, value_name = "ADDRESS[=KEY]")]
    pub notify: Vec<NotifyOption>,
    /// Bộ phân giải được xóa bộ đệm và hỏi để chứng minh: bind, unbound, pdns, knot · Resolvers that are made to forget and asked
    /// for proof: bind, unbound, pdns, knot
    #[arg(long, value_name = "KIND@ADDRESS[=CONTROL]")]
    pub resolver: Vec<Resolver>,
    /// Tệp vùng cho Knot Resolver, được ghi lại ở mỗi phiên bản; nó được bảo đọc lại qua ổ cắm điều khiển · File of the zone for Knot
    /// Resolver, written again with every version; it is told by its socket to read it
    #[arg(long, value_name = "FILE")]
    pub knot_file: Option<PathBuf>,
    /// Mỗi lần thay đổi hỏi nhiều nhất bao nhiêu tên · For how many names of a change a resolver is asked at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub probes: usize,
    /// Sau bao nhiêu giây thì báo là không có hiệu lực · After how many seconds a change is said not to be in effect
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub deadline: u32,
    /// Tệp giữ số thứ tự của vùng, để không bao giờ lùi · File that keeps the serial number of the zone, so that it never goes
    /// back
    #[arg(long, value_name = "FILE", default_value = "rpz.serial")]
    pub serial_file: PathBuf,
}

/// What a file of `serve --zone` says: the options of `blocklist serve`, of the list of the node that serves.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
pub struct ZoneFile {
    /// Which part of the list.
    #[arg(long, default_value = "all")]
    pub part: BlockPart,
    /// How it is served.
    #[command(flatten)]
    pub zone: ZoneOptions,
}

impl ZoneFile {
    /// Reads it: a line is an option without the hyphens before it, and what it is set to. What begins with `#` is a remark.
    ///
    /// # Errors
    /// When a line is no option.
    pub fn read(text: &str) -> Result<Self, clap::Error> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let args = lines.map(|line| match line.split_once(char::is_whitespace) {
            Some((name, value)) => format!("--{name}={}", value.trim_start()),
            None => format!("--{line}"),
        });
        Self::try_parse_from(args)
    }
}

/// A secondary that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyOption {
    /// Where it listens.
    pub address: SocketAddr,
    /// The name of the key to sign with.
    pub key: Option<String>,
}

impl FromStr for NotifyOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, key) = match text.split_once('=') {
            Some((address, key)) => (address, Some(key.to_owned())),
            None => (text, None),
        };
        let address = address_of(address).ok_or("không phải địa chỉ · not an address")?;
        Ok(Self { address, key })
    }
}

/// An address or a network; one address is a network of one.
fn network(text: &str) -> Result<Network, String> {
    let whole = |address: IpAddr| Network::new(address, if address.is_ipv4() { 32 } else { 128 });
    let network = match Value::read(ValueKind::Address, text) {
        Ok(Value::Address(address)) => whole(address),
        Ok(Value::Network(network)) => Ok(network),
        Ok(Value::Text(..)) => Err(anlanh_soc::ValueError::Unknown),
        Err(error) => Err(error),
    };
    network.map_err(|error| error.to_string())
}

/// A number of parts.
fn parts(text: &str) -> Result<Parts, String> {
    let count = text.parse().map_err(|_| anlanh_zone::PartsError);
    count.and_then(Parts::new).map_err(|error| error.to_string())
}

/// Options of `blocklist resolver`.
#[derive(Debug, Args)]
pub struct ConfigureOptions {
    /// Bộ phân giải: bind, unbound, pdns, knot · The resolver
    #[arg(value_name = "KIND")]
    pub kind: Kind,
    /// Địa chỉ phục vụ vùng, cổng mặc định 53; với knot là tệp của vùng · Where the zone is served, port 53 by default; for knot
    /// the file of the zone
    #[arg(value_name = "PRIMARY")]
    pub primary: String,
    /// Tên của vùng RPZ · Name of the RPZ zone
    #[arg(long, value_name = "NAME", default_value = "rpz.anlanh", value_parser = Origin::parse)]
    pub origin: Origin,
    /// Số vùng con, như khi phục vụ · Number of parts, as it is served
    #[arg(long, value_name = "N", default_value = "0", value_parser = parts)]
    pub parts: Parts,
    /// Tên khóa TSIG · Name of the TSIG key
    #[arg(long, value_name = "NAME")]
    pub tsig_key: Option<String>,
    /// Tên trong chứng thư của nơi phục vụ: lấy vùng qua TLS, chỉ Unbound · Name in the certificate of whoever serves: the zone is
    /// fetched inside TLS, by Unbound alone
    #[arg(long, value_name = "NAME")]
    pub tls_name: Option<String>,
}

/// Options of `blocklist import`.
#[derive(Debug, Args)]
pub struct ImportOptions {
    /// Vùng và máy chủ của nó, cổng mặc định 53 · The zone and its server, port 53 by default
    #[arg(long, value_name = "ZONE@SERVER")]
    pub transfer: TransferOption,
    /// Tệp khóa TSIG: khóa đầu tiên, hoặc khóa nêu tên bằng --tsig-key · File of TSIG keys: the first, or the one that --tsig-key
    /// names
    #[arg(long, value_name = "FILE")]
    pub tsig_file: Option<PathBuf>,
    /// Tên khóa để ký · Name of the key to sign with
    #[arg(long, value_name = "NAME", requires = "tsig_file")]
    pub tsig_key: Option<String>,
    /// Nhiều nhất bao nhiêu quy tắc · How many rules at most
    #[arg(long, value_name = "N", default_value_t = 12_000_000)]
    pub max_rules: usize,
    /// Tệp cho các ngoại lệ của vùng · File for the exceptions of the zone
    #[arg(long, value_name = "OUT")]
    pub pass_out: Option<PathBuf>,
    /// Tệp kết quả; mặc định là đầu ra chuẩn · File to write; the standard output by default
    #[arg(long, short, value_name = "OUT")]
    pub out: Option<PathBuf>,
}

/// A zone at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferOption {
    /// The zone.
    pub zone: Origin,
    /// Its server.
    pub server: SocketAddr,
}

impl FromStr for TransferOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = text.split_once('@').and_then(|(zone, server)| {
            let zone = Origin::parse(zone).ok()?;
            let server = address_of(server)?;
            Some(Self { zone, server })
        });
        read.ok_or_else(|| "cần ZONE@SERVER · ZONE@SERVER is needed".to_owned())
    }
}
