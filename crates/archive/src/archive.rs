//! The folder of an archive: numbered logs and segments, of which the log with the highest number is written.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::hunt::{Part, View, keep_of, log_path, numbered, segment_path};
use crate::log::{Log, MAX_MARK_BYTES, MAX_MARKS, Marks};
use crate::record::{Keep, Record, Refused};
use crate::segment::{self, Segment};

/// Events that are kept. One process has an archive at a time.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    /// Held as long as the archive is open.
    lock: File,
    log: Log,
    number: u64,
    /// Logs that are to be sealed, with their lengths.
    rolled: BTreeMap<u64, u64>,
    segments: BTreeMap<(u64, Keep), Sealed>,
    marks: Marks,
    /// Marks that are not durable yet.
    new_marks: Marks,
    max_log_bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Sealed {
    records: u64,
    bytes: u64,
    newest: Option<i64>,
}

/// What an archive has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    /// Sealed segments, of either kind.
    pub segments: u64,
    /// Records in them.
    pub records: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Bytes of the logs that are not sealed yet.
    pub waiting_bytes: u64,
}

impl Archive {
    /// Opens the archive in a folder, which is made if it is not there. A log is closed when it has `max_log_bytes`.
    ///
    /// # Errors
    /// When a file cannot be read or written or was changed, or somebody else has the archive open.
    pub fn open(folder: &Path, max_log_bytes: u64) -> Result<Self, Fault> {
        std::fs::create_dir_all(folder).map_err(Fault::io(folder))?;
        let lock = lock(folder)?;
        let (mut rolled, mut segments) = (BTreeMap::new(), BTreeMap::new());
        for entry in std::fs::read_dir(folder).map_err(Fault::io(folder))? {
            let path = entry.map_err(Fault::io(folder))?.path();
            match numbered(&path) {
                Some((number, "log")) => {
                    rolled.insert(number, path);
                }
                // What a seal that was cut off left.
                Some((_, "tmp")) => remove(&path)?,
                Some((number, extension)) => {
                    if let Some(keep) = keep_of(extension) {
                        segments.insert((number, keep), Sealed::of(&Segment::open(&path)?));
                    }
                }
                None => {}
            }
        }
        // The segment of what passes is made last: a log that has one could not be removed any more, and what else was made of
        // a log that has none is not all of it.
        let whole: Vec<u64> = rolled.keys().copied().collect();
        let whole = whole
            .into_iter()
            .filter(|number| segments.contains_key(&(*number, Keep::Passing)));
        for number in whole.collect::<Vec<_>>() {
            rolled.remove(&number).map_or(Ok(()), |path| remove(&path))?;
        }
        segments.retain(|(number, _), _| !rolled.contains_key(number));
        let highest = rolled
            .keys()
            .chain(segments.keys().map(|(number, _)| number))
            .max()
            .copied();
        // Only the log that was written last may end in what was not durable; opening it cuts that off.
        let (mut marks, mut lengths, mut empty) = (Marks::new(), BTreeMap::new(), Vec::new());
        for (number, path) in rolled {
            let log = Log::open(path.clone(), &mut marks)?;
            match log.durable_records() {
                0 => empty.push(path),
                _ => drop(lengths.insert(number, log.len())),
            }
        }
        let number = highest.map_or(0, |highest| highest + 1);
        let log = begin(folder, number, &marks)?;
        // Its marks are in the new one.
        empty.iter().try_for_each(|path| remove(path))?;
        sync_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            lock,
            log,
            number,
            rolled: lengths,
            segments,
            marks,
            new_marks: Marks::new(),
            max_log_bytes,
        })
    }

    /// Appends a record that is found by these keys. It is durable after the next [`Archive::sync`].
    ///
    /// # Errors
    /// When the record is too large.
    pub fn append(&mut self, record: &Record<'_>, keys: &[u64]) -> Result<(), Refused> {
        record.check(keys)?;
        self.log.append(record, keys);
        Ok(())
    }

    /// Remembers something beside the records, in place of what had this key; an empty value is forgotten. It is durable with
    /// what is appended before the next [`Archive::sync`], or none of both is.
    ///
    /// # Errors
    /// When it is too long, or there are too many.
    pub fn mark(&mut self, key: u64, value: &[u8]) -> Result<(), Refused> {
        let is_new = !self.marks.contains_key(&key) && !self.new_marks.contains_key(&key);
        let is_full = self.marks.len() + self.new_marks.len() >= MAX_MARKS;
        if value.len() > MAX_MARK_BYTES || is_new && is_full {
            return Err(Refused::Mark);
        }
        self.new_marks.insert(key, value.to_vec());
        Ok(())
    }

    /// What is remembered under a key and durable.
    #[must_use]
    pub fn marked(&self, key: u64) -> Option<&[u8]> {
        self.marks.get(&key).map(Vec::as_slice)
    }

    /// Everything that is remembered and durable, by its key.
    pub fn marks(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.marks.iter().map(|(key, mark)| (*key, mark.as_slice()))
    }

    /// Makes everything that was appended and marked durable: all of it, or nothing.
    ///
    /// # Errors
    /// When the system refuses. Nothing of what was appended and marked since the last time is kept then.
    pub fn sync(&mut self) -> Result<(), Fault> {
        if self.log.len() == self.log.synced() && self.new_marks.is_empty() {
            return Ok(());
        }
        self.log.commit(self.new_marks.iter());
        if let Err(fault) = self.log.sync() {
            self.new_marks.clear();
            self.log.take_back()?;
            return Err(fault);
        }
        for (key, value) in std::mem::take(&mut self.new_marks) {
            if value.is_empty() {
                self.marks.remove(&key);
            } else {
                self.marks.insert(key, value);
            }
        }
        if self.log.len() >= self.max_log_bytes {
            self.roll()?;
        }
        Ok(())
    }

    /// Begins a new log, so that the one that was written can be sealed. One without records goes on.
    ///
    /// # Errors
    /// When the system refuses; then the log goes on.
    pub fn roll(&mut self) -> Result<(), Fault> {
        if self.log.durable_records() == 0 {
            return Ok(());
        }
        let log = begin(&self.folder, self.number + 1, &self.marks)?;
        sync_folder(&self.folder)?;
        self.rolled.insert(self.number, self.log.synced());
        self.log = log;
        self.number += 1;
        Ok(())
    }

    /// The logs that are to be sealed, oldest first. Each takes a while, so it is done elsewhere: [`seal`], then [`Archive::sealed`].
    #[must_use]
    pub fn waiting(&self) -> Vec<u64> {
        self.rolled.keys().copied().collect()
    }

    /// The folder it is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a log that [`seal`] has sealed for what it is now.
    ///
    /// # Errors
    /// When its segment cannot be read.
    pub fn sealed(&mut self, number: u64) -> Result<(), Fault> {
        let mut sealed = Vec::new();
        for keep in Keep::ALL {
            let path = segment_path(&self.folder, number, keep);
            // There is always one of what passes.
            if keep == Keep::Passing || path.exists() {
                sealed.push(((number, keep), Sealed::of(&Segment::open(&path)?)));
            }
        }
        if self.rolled.remove(&number).is_some() {
            self.segments.extend(sealed);
            remove(&log_path(&self.folder, number))?;
        }
        Ok(())
    }

    /// Forgets every segment of records that are wanted so long, whose newest is older than a moment (microseconds since 1970);
    /// returns how many records they had.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn expire(&mut self, keep: Keep, before: i64) -> Result<u64, Fault> {
        let is_old = |(_, of): &(u64, Keep), sealed: &mut Sealed| {
            *of == keep && sealed.newest.is_none_or(|newest| newest < before)
        };
        let mut records = 0;
        let old: Vec<((u64, Keep), Sealed)> = self.segments.extract_if(.., is_old).collect();
        for ((number, keep), sealed) in old {
            remove(&segment_path(&self.folder, number, keep))?;
            records += sealed.records;
        }
        sync_folder(&self.folder)?;
        Ok(records)
    }

    /// What is durable now, to be looked through while more is written.
    #[must_use]
    pub fn view(&self) -> View {
        let segments = self
            .segments
            .keys()
            .map(|(number, keep)| (*number, Part::Segment(*keep)));
        let logs = self.rolled.iter().map(|(number, len)| (*number, *len));
        let logs = logs.chain([(self.number, self.log.synced())]);
        let mut parts: Vec<(u64, Part)> = segments.collect();
        parts.extend(logs.map(|(number, len)| (number, Part::Log(len))));
        parts.sort_unstable_by_key(|(number, _)| *number);
        View {
            folder: self.folder.clone(),
            parts,
        }
    }

    /// What there is.
    #[must_use]
    pub fn stock(&self) -> Stock {
        Stock {
            segments: self.segments.len() as u64,
            records: self.segments.values().map(|sealed| sealed.records).sum(),
            bytes: self.segments.values().map(|sealed| sealed.bytes).sum(),
            waiting_bytes: self.rolled.values().sum::<u64>() + self.log.len(),
        }
    }
}

impl Drop for Archive {
    /// Gives the folder free at once: a process that is being started may hold every file for a moment.
    fn drop(&mut self) {
        let _unlocked = self.lock.unlock();
    }
}

impl Sealed {
    fn of(segment: &Segment) -> Self {
        Self {
            records: segment.records(),
            bytes: segment.bytes(),
            newest: segment.newest(),
        }
    }
}

/// Seals a log of the archive in a folder: its segment is there whole, or not at all.
///
/// # Errors
/// When the system refuses.
pub fn seal(folder: &Path, number: u64) -> Result<(), Fault> {
    let log = Log::read(&log_path(folder, number), u64::MAX)?;
    segment::seal(&log, Keep::Lasting, &segment_path(folder, number, Keep::Lasting))?;
    // That this one is there says that all is done.
    sync_folder(folder)?;
    segment::seal(&log, Keep::Passing, &segment_path(folder, number, Keep::Passing))?;
    sync_folder(folder)
}

/// Begins a log, with all marks there are.
fn begin(folder: &Path, number: u64, marks: &Marks) -> Result<Log, Fault> {
    let mut log = Log::open(log_path(folder, number), &mut Marks::new())?;
    log.commit(marks.iter());
    log.sync()?;
    sync_folder(folder)?;
    Ok(log)
}

fn lock(folder: &Path) -> Result<File, Fault> {
    let path = folder.join("lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(Fault::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(Fault::io(&path)(error)),
    }
}

fn remove(path: &Path) -> Result<(), Fault> {
    std::fs::remove_file(path).map_err(Fault::io(path))
}

/// Makes durable which files there are.
fn sync_folder(folder: &Path) -> Result<(), Fault> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(Fault::io(folder))
}
