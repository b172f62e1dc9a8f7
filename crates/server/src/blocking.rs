//! `anlanh blocklist export`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::Path;

use anlanh_app::block::{self, Current};
use anlanh_soc::blocking::{
    Act, BlockError, Blocklist, DecisionTerms, Gap, Missing, Reader, Route, Zone, write_cdb, write_crowdsec,
    write_exabgp, write_json, write_nftables, write_rpz, write_suricata,
};
use anlanh_soc::{ListError, ValueError};
use anlanh_store::Store;
use anyhow::{Context, ensure};

use crate::cli::{BlockForm, BlockOptions, DataOptions, ListOptions};
use crate::{Outcome, blocklist, data, mapped};

/// Most bad lines of a file, and most examples of a gap, that are shown; the rest is counted.
const MOST_SHOWN: u64 = 20;

/// Reads the lists, and writes them in the form that is wanted.
///
/// # Errors
/// When a list cannot be read or the result not be written.
pub fn export(options: &BlockOptions) -> anyhow::Result<Outcome> {
    let kept = of_node(options)?;
    let (list, serial, mut bad) = match kept {
        Some(kept) => {
            for value in &kept.beside {
                writeln!(
                    io::stderr(),
                    "{value}: không chặn được ở tầng mạng · no network can block it"
                )?;
            }
            let beside = u64::try_from(kept.beside.len()).unwrap_or(u64::MAX);
            (kept.list, kept.serial, beside)
        }
        None => {
            let (list, bad) = read_list(&options.list)?;
            (list, options.serial.unwrap_or_else(seconds), bad)
        }
    };
    let mut before = Blocklist::new();
    for path in &options.before {
        bad += read(path, |value| before.add(value, &options.list.act))?;
    }
    let mut gaps = Gaps::default();
    let mut out = Vec::new();
    let zone = |reader| Zone {
        origin: options.origin.clone(),
        serial,
        ttl_seconds: options.ttl,
        reader,
    };
    match options.form {
        BlockForm::Rpz => write_rpz(&list, &zone(Reader::Full), &mut out, |gap| gaps.add(gap))?,
        BlockForm::RpzKnot => write_rpz(&list, &zone(Reader::Knot), &mut out, |gap| gaps.add(gap))?,
        BlockForm::Nftables => write_nftables(&list, &mut out, |gap| gaps.add(gap))?,
        BlockForm::Suricata => write_suricata(&list, &mut out, |gap| gaps.add(gap))?,
        BlockForm::Cdb => write_cdb(&list, &mut out, |gap| gaps.add(gap))?,
        BlockForm::Exabgp => write_exabgp(&before, &list, blackhole(options), &mut out, |gap| gaps.add(gap))?,
        BlockForm::ExabgpFlowspec => write_exabgp(&before, &list, Route::Flowspec, &mut out, |gap| gaps.add(gap))?,
        BlockForm::Crowdsec => {
            let terms = DecisionTerms {
                seconds: options.duration,
                scenario: options.reason.clone(),
            };
            write_crowdsec(&before, &list, &terms, &mut out, |gap| gaps.add(gap))?;
        }
        BlockForm::Json => write_json(&list, &mut out)?,
    }
    match &options.out {
        Some(path) => blocklist::replace(path, &out)?,
        None => io::stdout().lock().write_all(&out)?,
    }
    gaps.report(list.len())?;
    let is_whole = bad == 0 && gaps.0.is_empty();
    Ok(if is_whole { Outcome::Good } else { Outcome::SomeBad })
}

/// The list that a node keeps, where one is named.
fn of_node(options: &BlockOptions) -> anyhow::Result<Option<Current>> {
    let Some(store) = store_of(options.data.as_deref(), options.database.as_deref())? else {
        return Ok(None);
    };
    let kept = block::current_of(&store, options.part.portion());
    Ok(Some(kept.context("không đọc được danh sách · cannot read the list")?))
}

/// The store of a node, where one is named.
///
/// # Errors
/// When it cannot be opened.
pub fn store_of(folder: Option<&Path>, database: Option<&str>) -> anyhow::Result<Option<Store>> {
    if folder.is_none() && database.is_none() {
        return Ok(None);
    }
    let place = DataOptions {
        data: folder.unwrap_or(Path::new("data")).to_owned(),
        database: database.map(str::to_owned),
        key_file: None,
    };
    data::open_kept(&place).map(Some)
}

/// Routes to the first next hop of each family.
fn blackhole(options: &BlockOptions) -> Route {
    let all = || options.next_hop.iter();
    Route::Blackhole {
        next_hop4: all().find_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        }),
        next_hop6: all().find_map(|address| match address {
            IpAddr::V6(address) => Some(*address),
            IpAddr::V4(_) => None,
        }),
    }
}

/// Reads what is to be blocked, and says how many lines are bad.
///
/// # Errors
/// When a file cannot be read, or nothing is to be blocked and nobody said that this is meant: a file that was cut off, or
/// that an error page took the place of, would lift every block of a network.
pub fn read_list(options: &ListOptions) -> anyhow::Result<(Blocklist, u64)> {
    let mut list = Blocklist::new();
    let mut bad = 0;
    for path in &options.protect {
        bad += read(path, |value| list.protect(value))?;
    }
    // Exceptions first: they win over what is blocked under the same name.
    for (paths, act) in [(&options.pass, &Act::Pass), (&options.files, &options.act)] {
        for path in paths {
            bad += read(path, |value| match list.add(value, act) {
                Err(BlockError::Contradiction(Act::Pass)) => Ok(()),
                added => added,
            })?;
        }
    }
    ensure!(
        options.may_be_empty || !list.is_empty(),
        "danh sách không có mục nào đọc được; nếu đúng là không chặn gì, hãy dùng --may-be-empty · the list has nothing that \
         can be read; where nothing is to be blocked, say --may-be-empty"
    );
    Ok((list, bad))
}

/// Hands over every value of a file; bad lines are shown and left out, and their number told.
fn read(path: &Path, mut add: impl FnMut(&str) -> Result<(), BlockError>) -> anyhow::Result<u64> {
    let text = mapped::map(path)?;
    let mut bad = 0;
    for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
        let refused = match anlanh_soc::values(line) {
            Ok(values) => values
                .filter_map(|value| add(value).err())
                .map(|error| (refusal(&error), error.to_string()))
                .next(),
            Err(error) => Some((misread(error).to_owned(), error.to_string())),
        };
        if let Some((vi, en)) = refused {
            bad += 1;
            if bad <= MOST_SHOWN {
                writeln!(io::stderr(), "{}:{number}: {vi} · {en}", path.display())?;
            }
        }
    }
    if bad > MOST_SHOWN {
        writeln!(
            io::stderr(),
            "{}: {bad} dòng bị bỏ qua · lines left out",
            path.display()
        )?;
    }
    Ok(bad)
}

/// What could not be said, by what is missing: how often, and the first few values.
#[derive(Debug, Default)]
pub struct Gaps(BTreeMap<&'static str, (u64, Vec<String>)>);

impl Gaps {
    /// Takes one.
    pub fn add(&mut self, gap: Gap<'_>) {
        let (count, examples) = self.0.entry(missing(gap.missing)).or_default();
        *count += 1;
        if *count <= MOST_SHOWN {
            examples.push(gap.value.to_owned());
        }
    }

    /// Shows them.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn report(&self, listed: usize) -> io::Result<()> {
        let mut err = io::stderr().lock();
        writeln!(err, "{listed} giá trị · values")?;
        self.0
            .iter()
            .try_for_each(|(missing, (count, examples))| writeln!(err, "{count} {missing}: {}", examples.join(", ")))
    }
}

const fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::Value => "không chặn được bằng dạng này · cannot be blocked in this form",
        Missing::Act => "không có cách xử lý đó trong dạng này · have an act that this form does not know",
        Missing::TooLong => "quá dài dưới tên của vùng · do not fit below the name of the zone",
        Missing::Below => "chỉ chặn đúng tên đó, không chặn tên bên dưới · are covered without the names below",
    }
}

fn refusal(error: &BlockError) -> String {
    match error {
        BlockError::Value(error) => value_refusal(*error).to_owned(),
        BlockError::NotBlockable(kind) => format!("{} không phải thứ mạng chặn được", kind.key()),
        BlockError::Protected(hit) => format!("sẽ chặn cả {hit}, là thứ phải luôn truy cập được"),
        BlockError::Contradiction(act) => format!("cùng giá trị đã có cách xử lý khác: {}", act.key()),
    }
}

/// Why a value is none.
pub const fn value_refusal(error: ValueError) -> &'static str {
    match error {
        ValueError::Unknown => "không phải tên miền, URL, địa chỉ, dải mạng, mã băm, dấu vân tay hay e-mail",
        ValueError::TooLong => "giá trị quá dài",
        ValueError::SingleLabel => "tên chỉ có một phần",
        ValueError::PublicSuffix => "đuôi tên miền công cộng: sẽ gồm cả người ngoài",
        ValueError::BadNetwork => "dải mạng có bit khác 0 sau tiền tố, hoặc gồm mọi địa chỉ",
    }
}

/// Why a line of a list cannot be read.
pub const fn misread(error: ListError) -> &'static str {
    match error {
        ListError::TooLong => "dòng quá dài",
        ListError::NotUtf8 => "dòng không phải UTF-8",
        ListError::TooManyColumns => "dòng có quá nhiều cột",
        ListError::NoColumn => "cột giá trị của dòng để trống",
        ListError::Full(_) => "không còn chỗ",
        ListError::Value(error) => value_refusal(error),
    }
}

/// Seconds since 1970: rising, as a serial number must be, and fit for one until 2106.
#[expect(
    clippy::disallowed_methods,
    reason = "the command is the edge at which time comes in"
)]
fn seconds() -> u32 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs() as u32)
}
