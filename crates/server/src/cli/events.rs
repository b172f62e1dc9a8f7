//! Event files: matched, kept, and hunted through.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};

use super::EventsExportOptions;

/// Options of `match`.
#[derive(Debug, Args)]
pub struct MatchOptions {
    /// Các tệp sự kiện, mỗi dòng một sự kiện; `-`, cũng là mặc định, là đầu vào chuẩn · Files of events, one a line; `-`,
    /// also the default, is standard input
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    /// Danh sách chỉ dấu, mỗi dòng một giá trị, hoặc gói STIX 2.1 · Lists of indicators, a value a line, or STIX 2.1 bundles
    #[arg(long, short, value_name = "FILE", num_args = 1.., required_unless_present_any = ["data", "sigma"])]
    pub indicators: Vec<PathBuf>,
    /// Luật Sigma: tệp YAML, hoặc thư mục có các tệp đó · Sigma rules: files of YAML, or folders of them
    #[arg(long, value_name = "FILE|DIR", num_args = 1..)]
    pub sigma: Vec<PathBuf>,
    /// Thư mục dữ liệu của nút: đối chiếu với các chỉ dấu đang dùng được của nút đó · Folder of the data of a node: the
    /// indicators that count there are matched
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Địa chỉ PostgreSQL của nút, thay cho tệp trong thư mục dữ liệu · PostgreSQL of the node, in place of the file in the
    /// folder
    #[arg(long, value_name = "postgres://…", requires = "data")]
    pub database: Option<String>,
    /// Đối chiếu mọi sự kiện với cả những mẫu STIX không có giá trị nào để tra: chậm hơn nhiều lần · Match every event with
    /// STIX patterns that have nothing to look up, too: many times slower
    #[arg(long)]
    pub every_event: bool,
    /// Với mẫu STIX đòi hỏi nhiều sự kiện: trường mà các sự kiện đó phải có cùng giá trị · For STIX patterns over several events:
    /// the field that must have the same value in all of them
    #[arg(long, value_name = "FIELD", default_value = "src_ip")]
    pub group_by: String,
    /// Dạng của sự kiện; mặc định là tự nhận ra · Form of the events; by default it is recognised
    #[arg(long, value_name = "FORM", conflicts_with = "map")]
    pub format: Option<EventFormat>,
    /// Tệp nói trường nào là gì, cho sự kiện JSON khác: `{"client": {"ip": "address"}, "q": "domain"}` · File that says
    /// which field is what, for other events in JSON
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Số luồng xử lý · Threads that match
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// What to do with events that are kept.
#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// Lưu sự kiện: chỉ những giá trị có thể là chỉ dấu, thuê bao được thay bằng mã · Keep events: only the values that may
    /// be indicators, with tokens in place of subscribers
    Keep(KeepOptions),
    /// Tìm chỉ dấu trong các sự kiện đã lưu · Look for indicators in what was kept
    Hunt(HuntOptions),
    /// Xuất các sự kiện đã lưu ra tệp Parquet · Export what was kept as a Parquet file
    Export(EventsExportOptions),
    /// Quên các sự kiện cũ · Forget old events
    Forget(ForgetOptions),
}

/// Options of `events keep`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whose").required(true).args(["subscribers", "no_subscribers"]))]
pub struct KeepOptions {
    /// Các tệp sự kiện, mỗi dòng một sự kiện; `-`, cũng là mặc định, là đầu vào chuẩn · Files of events, one a line; `-`,
    /// also the default, is standard input
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    /// Thư mục của kho sự kiện · Folder of the archive
    #[arg(long, value_name = "DIR")]
    pub archive: PathBuf,
    /// Mạng của thuê bao, như `10.0.0.0/8`: địa chỉ trong đó được lưu bằng mã; dùng nhiều lần được · Network of subscribers:
    /// addresses in it are kept as tokens; may be given several times
    #[arg(long, value_name = "NETWORK")]
    pub subscribers: Vec<NetworkOption>,
    /// Không địa chỉ nào là của thuê bao · No address is a subscriber's
    #[arg(long)]
    pub no_subscribers: bool,
    /// Dạng của sự kiện; mặc định là tự nhận ra · Form of the events; by default it is recognised
    #[arg(long, value_name = "FORM", conflicts_with = "map")]
    pub format: Option<EventFormat>,
    /// Tệp nói trường nào là gì, như của `match` · File that says which field is what, as for `match`
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Múi giờ của những thời điểm không ghi múi giờ, như `+07:00` · Zone of times that name none
    #[arg(long, value_name = "OFFSET", default_value = "+00:00", allow_hyphen_values = true)]
    pub utc_offset: UtcOffset,
    /// Số luồng xử lý · Threads that read
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// How many seconds a clock is before UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UtcOffset(pub i32);

impl FromStr for UtcOffset {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (sign, rest) = match text.split_at_checked(1)? {
                ("+", rest) => (1, rest),
                ("-", rest) => (-1, rest),
                _ => return None,
            };
            let (hours, minutes) = rest.split_once(':')?;
            let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
            let is_offset = rest.len() == 5 && hours < 15 && minutes < 60;
            is_offset.then_some(Self(sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60)))
        };
        read().ok_or("múi giờ phải như +07:00 · an offset is written like +07:00")
    }
}

/// Options of `events hunt`.
#[derive(Debug, Args)]
pub struct HuntOptions {
    /// Danh sách chỉ dấu, mỗi dòng một giá trị, hoặc gói STIX 2.1 · Lists of indicators, a value a line, or STIX 2.1 bundles
    #[arg(long, short, value_name = "FILE", num_args = 1.., required = true)]
    pub indicators: Vec<PathBuf>,
    /// Thư mục của kho sự kiện · Folder of the archive
    #[arg(long, value_name = "DIR")]
    pub archive: PathBuf,
    /// Chỉ những gì xảy ra từ lúc này, như `2026-11-28T07:00:00Z` hoặc `2026-11-28` · Only what happened from this moment on
    #[arg(long, value_name = "TIME")]
    pub from: Option<Moment>,
    /// Chỉ những gì xảy ra trước lúc này · Only what happened before this moment
    #[arg(long, value_name = "TIME")]
    pub to: Option<Moment>,
}

/// Options of `events forget`.
#[derive(Debug, Args)]
pub struct ForgetOptions {
    /// Thư mục của kho sự kiện · Folder of the archive
    #[arg(long, value_name = "DIR")]
    pub archive: PathBuf,
    /// Quên những gì xảy ra trước đây ngần ấy ngày · Forget what happened longer ago than so many days
    #[arg(long, value_name = "N")]
    pub days: u32,
}

/// A network, as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy)]
pub struct NetworkOption(pub anlanh_soc::Network);

impl FromStr for NetworkOption {
    type Err = anlanh_soc::ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(first, prefix)| Some((first.parse().ok()?, prefix.parse().ok()?)));
        let (first, prefix) = parts.ok_or(anlanh_soc::ValueError::BadNetwork)?;
        anlanh_soc::Network::new(first, prefix).map(Self)
    }
}

/// A moment in UTC as RFC 3339 writes it, or a day, which begins at midnight.
#[derive(Debug, Clone, Copy)]
pub struct Moment(pub anlanh_stix::Timestamp);

impl FromStr for Moment {
    type Err = anlanh_stix::NoTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(moment) => Ok(Self(moment)),
            Err(_) => format!("{text}T00:00:00Z").parse().map(Self),
        }
    }
}

/// Forms of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum EventFormat {
    /// EVE JSON của Suricata · Suricata's EVE JSON
    Eve,
    /// Nhật ký Zeek, JSON hoặc TSV · Zeek's logs, JSON or TSV
    Zeek,
    /// Nhật ký truy vấn của BIND · BIND's query log
    Bind,
    /// Nhật ký truy vấn của Unbound · Unbound's query log
    Unbound,
}
