//! Looking for keys in what is kept, while more is written.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::log::{self, Log};
use crate::record::{Keep, Record};
use crate::segment::Segment;

/// Records of a log that are looked at before it is asked again whether to go on: some hundred microseconds of work.
const LOOKED_AT: u64 = 1_024;

/// What was durable in an archive at one moment. Segments that are forgotten meanwhile are not read any more.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) folder: PathBuf,
    pub(crate) parts: Vec<(u64, Part)>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// A log, and how many bytes of it are durable.
    Log(u64),
    Segment(Keep),
}

/// What a hunt cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hunted {
    /// Blocks of segments.
    pub blocks: u64,
    /// Of these, how many were read.
    pub read: u64,
    /// Records that were told.
    pub told: u64,
}

impl View {
    /// What is in the folder of an archive that somebody else may have open and write. What they have not made durable yet
    /// may be there or not.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        let (mut logs, mut segments) = (BTreeSet::new(), BTreeSet::new());
        for entry in std::fs::read_dir(folder).map_err(Fault::io(folder))? {
            let path = entry.map_err(Fault::io(folder))?.path();
            let Some((number, extension)) = numbered(&path) else {
                continue;
            };
            if extension == "log" {
                logs.insert(number);
            } else if let Some(keep) = keep_of(extension) {
                segments.insert((number, keep));
            }
        }
        // A log that has a segment of what passes is sealed; until then what else was made of it is not all there is.
        logs.retain(|number| !segments.contains(&(*number, Keep::Passing)));
        segments.retain(|(number, _)| !logs.contains(number));
        let logs = logs.into_iter().map(|number| (number, Part::Log(u64::MAX)));
        let segments = segments.into_iter().map(|(number, keep)| (number, Part::Segment(keep)));
        let mut parts: Vec<(u64, Part)> = logs.chain(segments).collect();
        parts.sort_by_key(|(number, _)| *number);
        Ok(Self {
            folder: folder.to_owned(),
            parts,
        })
    }

    /// Tells, in the order in which they were kept, the records of a period (microseconds since 1970) that may hold one of
    /// the keys: of sealed blocks every record where one of the block may.
    ///
    /// # Errors
    /// When a file cannot be read or was changed; what was told before that stands.
    pub fn hunt(&self, period: &Range<i64>, keys: &[u64], tell: impl FnMut(Record<'_>)) -> Result<Hunted, Fault> {
        self.hunt_while(period, keys, |_| ControlFlow::Continue(()), tell)
    }

    /// The same for as long as whoever watches what it costs wants it to go on: they are asked before each log and
    /// each block, and within a log every 1,024 records.
    ///
    /// # Errors
    /// As [`View::hunt`].
    pub fn hunt_while(
        &self,
        period: &Range<i64>,
        keys: &[u64],
        mut watch: impl FnMut(&Hunted) -> ControlFlow<()>,
        mut tell: impl FnMut(Record<'_>),
    ) -> Result<Hunted, Fault> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        self.look(period, Some(&keys), &mut watch, &mut tell)
    }

    /// Tells, in the order in which they were kept, all records of a period (microseconds since 1970).
    ///
    /// # Errors
    /// As [`View::hunt`].
    pub fn each(&self, period: &Range<i64>, mut tell: impl FnMut(Record<'_>)) -> Result<Hunted, Fault> {
        self.look(period, None, &mut |_| ControlFlow::Continue(()), &mut tell)
    }

    /// Who calls is compiled for size: what goes over the records is compiled here.
    fn look(
        &self,
        period: &Range<i64>,
        keys: Option<&[u64]>,
        watch: &mut dyn FnMut(&Hunted) -> ControlFlow<()>,
        tell: &mut dyn FnMut(Record<'_>),
    ) -> Result<Hunted, Fault> {
        let mut hunted = Hunted::default();
        for (number, part) in &self.parts {
            if watch(&hunted).is_break() {
                return Ok(hunted);
            }
            let segments = match part {
                Part::Segment(keep) => vec![*keep],
                Part::Log(len) => {
                    if let Some(bytes) = if_there(Log::read(&log_path(&self.folder, *number), *len))? {
                        let mut looked_at = 0_u64;
                        let end = log::each_while(&bytes, |kept| {
                            let has_key = |keys: &[u64]| kept.keys().any(|key| keys.binary_search(&key).is_ok());
                            if period.contains(&kept.record.at) && keys.is_none_or(has_key) {
                                hunted.told += 1;
                                tell(kept.record);
                            }
                            looked_at += 1;
                            if looked_at.is_multiple_of(LOOKED_AT) {
                                watch(&hunted)
                            } else {
                                ControlFlow::Continue(())
                            }
                        });
                        if end.is_break() {
                            return Ok(hunted);
                        }
                        continue;
                    }
                    // A log that is not there was sealed meanwhile.
                    Keep::ALL.to_vec()
                }
            };
            for keep in segments {
                let path = segment_path(&self.folder, *number, keep);
                let Some(mut segment) = if_there(Segment::open(&path))? else {
                    continue;
                };
                for block in 0..segment.blocks() {
                    if watch(&hunted).is_break() {
                        return Ok(hunted);
                    }
                    hunted.blocks += 1;
                    let is_read = segment.hunt_block(block, period, keys, |record| {
                        hunted.told += 1;
                        tell(record);
                    })?;
                    hunted.read += u64::from(is_read);
                }
            }
        }
        Ok(hunted)
    }
}

/// None for a file that is not there.
fn if_there<T>(found: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Fault::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The number that a file of an archive has, and what it is.
pub(crate) fn numbered(path: &Path) -> Option<(u64, &str)> {
    let number = path.file_stem()?.to_str()?.parse().ok()?;
    Some((number, path.extension()?.to_str()?))
}

pub(crate) fn log_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:012}.log"))
}

pub(crate) fn segment_path(folder: &Path, number: u64, keep: Keep) -> PathBuf {
    folder.join(format!("{number:012}.{}", extension_of(keep)))
}

const fn extension_of(keep: Keep) -> &'static str {
    match keep {
        Keep::Passing => "seg",
        Keep::Lasting => "keep",
    }
}

/// What the segments have that a file of this extension is one of.
pub(crate) fn keep_of(extension: &str) -> Option<Keep> {
    Keep::ALL.into_iter().find(|keep| extension_of(*keep) == extension)
}
