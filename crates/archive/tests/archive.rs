//! What is kept is found again, whatever happens to the process or to the files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anlanh_archive::{
    Archive, Fault, Hunted, Keep, MAX_KEYS, MAX_MARK_BYTES, MAX_MARKS, MAX_PAYLOAD_BYTES, MAX_SOURCE, Record, Refused,
    View, seal,
};
use proptest::prelude::*;

/// Big enough for a test never to roll by itself.
const LARGE: u64 = 1 << 40;

fn record(at: i64, payload: &[u8]) -> Record<'_> {
    Record {
        at,
        source: 7,
        keep: Keep::Passing,
        payload,
    }
}

/// Seals everything that waits.
fn seal_all(archive: &mut Archive) {
    for number in archive.waiting() {
        seal(archive.folder(), number).unwrap();
        archive.sealed(number).unwrap();
    }
}

fn found(view: &View, from: i64, to: i64, keys: &[u64]) -> (Vec<(i64, Vec<u8>)>, Hunted) {
    let mut found = Vec::new();
    let hunted = view.hunt(&(from..to), keys, |record| {
        assert_eq!(record.source, 7);
        found.push((record.at, record.payload.to_vec()));
    });
    (found, hunted.unwrap())
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    paths.sort();
    paths
}

#[test]
fn a_record_has_so_many_bytes_and_keys_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    let longest = vec![b'x'; MAX_PAYLOAD_BYTES + 1];
    let keys: Vec<u64> = (0..=MAX_KEYS as u64).collect();
    assert_eq!(archive.append(&record(0, &longest), &[]), Err(Refused::Payload));
    assert_eq!(archive.append(&record(0, b""), &keys), Err(Refused::Keys));
    archive.append(&record(1, &longest[1..]), &keys[1..]).unwrap();
    archive.sync().unwrap();
    archive.roll().unwrap();
    let expected = vec![(1, longest[1..].to_vec())];
    assert_eq!(found(&archive.view(), 0, 2, &[256]).0, expected);
    seal_all(&mut archive);
    assert_eq!(found(&archive.view(), 0, 2, &[256]).0, expected);
    assert_eq!(found(&archive.view(), 0, 2, &[257]).0, []);
}

#[test]
fn a_hunt_reads_the_blocks_that_may_hold_a_key_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), 1 << 20).unwrap();
    let payload =
        |n: i64| format!("{{\"n\":{n},\"query\":\"host-{n}.example\",\"answer\":\"192.0.2.1\"}}").into_bytes();
    for n in 0..50_000_i64 {
        archive
            .append(&record(n, &payload(n)), &[n as u64, (1 << 40) | (n as u64 % 10)])
            .unwrap();
        if n % 100 == 99 {
            archive.sync().unwrap();
        }
    }
    seal_all(&mut archive);
    let stock = archive.stock();
    assert!(stock.segments >= 4, "{stock:?}");
    assert!(stock.waiting_bytes < 1 << 20, "{stock:?}");
    assert!(stock.bytes < stock.records * 20, "{stock:?}");
    let (records, hunted) = found(&archive.view(), 0, 50_000, &[4_711]);
    assert!(records.contains(&(4_711, payload(4_711))));
    assert_eq!(hunted.read, 1, "{hunted:?}");
    assert!(hunted.blocks > 20, "{hunted:?}");
    // Nothing outside of the period, whatever the blocks have.
    let (records, hunted) = found(&archive.view(), 4_000, 4_010, &[4_711, 4_005]);
    assert_eq!(records.len(), 10);
    assert_eq!(hunted.read, 1);
    let (records, _) = found(&archive.view(), 0, 50_000, &[(1 << 40) | 3]);
    assert_eq!(records.iter().filter(|(at, _)| at % 10 == 3).count(), 5_000);
    assert_eq!(found(&archive.view(), 0, 50_000, &[]).0, []);
    // It ends where whoever watches it wants no more.
    let mut watched = Vec::new();
    let watch = |cost: &Hunted| {
        watched.push(cost.blocks);
        if cost.blocks < 5 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let hunted = archive.view().hunt_while(&(0..50_000), &[4_711], watch, |_| {});
    assert_eq!(hunted.unwrap().blocks, 5);
    assert!(watched.is_sorted() && watched.ends_with(&[5]), "{watched:?}");
}

#[test]
fn a_hunt_ends_inside_of_a_log_that_is_not_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    for n in 0..10_000_i64 {
        archive.append(&record(n, b"event"), &[1]).unwrap();
    }
    archive.sync().unwrap();
    let check = |asked_before_it_ends: u64, told: u64| {
        let mut asked = 0;
        let watch = |_: &Hunted| {
            asked += 1;
            if asked < asked_before_it_ends {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let hunted = archive.view().hunt_while(&(0..10_000), &[1], watch, |_| {}).unwrap();
        assert_eq!((hunted.told, hunted.blocks), (told, 0), "{asked_before_it_ends}");
    };
    // Before the log, and within it after every 1,024 records.
    check(1, 0);
    check(2, 1_024);
    check(5, 4_096);
    check(u64::MAX, 10_000);
}

#[test]
fn one_process_has_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    assert!(matches!(Archive::open(folder.path(), LARGE), Err(Fault::InUse(_))));
    // Who only looks needs no leave.
    for at in 0..3 {
        archive.append(&record(at, b"event"), &[1]).unwrap();
        archive.sync().unwrap();
        archive.roll().unwrap();
        if at < 2 {
            seal_all(&mut archive);
        }
        let (records, _) = found(&View::open(folder.path()).unwrap(), 0, 10, &[1]);
        assert_eq!(records.len() as i64, at + 1);
    }
    drop(archive);
    Archive::open(folder.path(), LARGE).unwrap();
}

#[test]
fn what_is_old_is_forgotten_a_segment_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    for day in 0..5_i64 {
        for n in 0..10 {
            archive.append(&record(day * 100 + n, b"event"), &[1]).unwrap();
        }
        archive.sync().unwrap();
        archive.roll().unwrap();
    }
    seal_all(&mut archive);
    let before = archive.view();
    assert_eq!(archive.expire(Keep::Passing, 209).unwrap(), 20);
    assert_eq!(archive.expire(Keep::Passing, 209).unwrap(), 0);
    let (records, _) = found(&archive.view(), 0, 1_000, &[1]);
    assert_eq!(records.len(), 30);
    // Who began to look before finds what is still there.
    assert_eq!(found(&before, 0, 1_000, &[1]).0, records);
    assert_eq!(files(folder.path(), "seg").len(), 3);
}

/// Every byte of a segment is changed, one after another: it is found out, or the hunt has no need of it.
#[test]
fn a_changed_byte_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    for n in 0..20_i64 {
        archive
            .append(&record(n, format!("event {n}").as_bytes()), &[n as u64])
            .unwrap();
    }
    archive.sync().unwrap();
    archive.roll().unwrap();
    seal_all(&mut archive);
    let view = archive.view();
    let whole = found(&view, 0, 100, &[5]).0;
    assert_eq!(whole.len(), 20);
    let path = &files(folder.path(), "seg")[0];
    let bytes = std::fs::read(path).unwrap();
    let mut told = 0;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        std::fs::write(path, &changed).unwrap();
        let mut found = Vec::new();
        match view.hunt(&(0..100), &[5], |record| {
            found.push((record.at, record.payload.to_vec()))
        }) {
            Ok(_) => assert_eq!(found, whole, "byte {at} of {}", bytes.len()),
            Err(Fault::Damaged { path: named, .. }) => {
                assert_eq!(&named, path);
                told += 1;
            }
            Err(fault) => panic!("byte {at}: {fault}"),
        }
    }
    // All but the magic at the beginning, which nobody asks.
    assert_eq!(told, bytes.len() - 8);
}

/// A log that was cut off anywhere has what was synced before the cut, with its mark, and nothing of what was not.
#[test]
fn a_log_that_was_cut_off_has_what_was_synced() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    let path = &files(folder.path(), "log")[0];
    let len = || std::fs::metadata(path).unwrap().len() as usize;
    let mut ends = vec![len()];
    for n in 0..4_i64 {
        for part in [0, 1] {
            archive.append(&record(2 * n + part, b"event"), &[9]).unwrap();
        }
        archive.mark(3, &[n as u8 + 1]).unwrap();
        archive.sync().unwrap();
        ends.push(len());
    }
    drop(archive);
    let bytes = std::fs::read(path).unwrap();
    for len in 0..=bytes.len() {
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join(path.file_name().unwrap()), &bytes[..len]).unwrap();
        let mut archive = Archive::open(other.path(), LARGE).unwrap();
        let synced = ends.iter().skip(1).filter(|end| **end <= len).count() as i64;
        let mark = archive.marked(3).map(|mark| i64::from(mark[0]));
        assert_eq!(mark.unwrap_or(0), synced, "{len} bytes");
        archive.append(&record(100, b"later"), &[9]).unwrap();
        archive.sync().unwrap();
        let (records, _) = found(&archive.view(), 0, 1_000, &[9]);
        assert_eq!(
            records.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
            (0..2 * synced).chain([100]).collect::<Vec<_>>()
        );
    }
}

/// Logs were made of records alone once: each that is whole counts.
#[test]
fn a_log_without_commits_has_what_is_whole() {
    let mut bytes = Vec::new();
    for at in 0..3_i64 {
        let mut body = 1_u16.to_le_bytes().to_vec();
        body.extend(9_u64.to_le_bytes());
        body.extend(at.to_le_bytes());
        body.extend(7_u32.to_le_bytes());
        body.extend(5_u32.to_le_bytes());
        body.extend(b"event");
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(crc32fast::hash(&body).to_le_bytes());
        bytes.extend(body);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("000000000004.log"), &bytes[..bytes.len() - 1]).unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    seal_all(&mut archive);
    let (records, _) = found(&archive.view(), 0, 1_000, &[9]);
    assert_eq!(records, [(0, b"event".to_vec()), (1, b"event".to_vec())]);
}

#[test]
fn marks_stay_when_logs_are_sealed_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..5_u8 {
        let mut archive = Archive::open(folder.path(), LARGE).unwrap();
        let before = (round > 1).then(|| vec![round - 1]);
        assert_eq!(archive.marked(3).map(<[u8]>::to_vec), before);
        archive.append(&record(0, b"event"), &[1]).unwrap();
        archive.mark(3, &[round]).unwrap();
        archive.mark(u64::from(round), b"once").unwrap();
        archive.mark(3, &[round]).unwrap();
        assert_eq!(archive.marked(3).map(<[u8]>::to_vec), before, "not durable yet");
        archive.sync().unwrap();
        archive.roll().unwrap();
        seal_all(&mut archive);
        assert_eq!(archive.expire(Keep::Passing, 10).unwrap(), 1);
    }
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    archive.mark(3, b"").unwrap();
    archive.sync().unwrap();
    drop(archive);
    let archive = Archive::open(folder.path(), LARGE).unwrap();
    assert_eq!((archive.marked(3), archive.marked(4)), (None, Some(b"once".as_slice())));
}

#[test]
fn there_are_so_many_marks_of_so_many_bytes_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    let longest = [7; MAX_MARK_BYTES + 1];
    assert_eq!(archive.mark(1, &longest), Err(Refused::Mark));
    for key in 0..MAX_MARKS as u64 {
        archive.mark(key, &longest[1..]).unwrap();
    }
    assert_eq!(archive.mark(MAX_MARKS as u64, b"one more"), Err(Refused::Mark));
    archive.sync().unwrap();
    assert_eq!(archive.mark(MAX_MARKS as u64, b"one more"), Err(Refused::Mark));
    archive.mark(0, b"in place of another").unwrap();
    drop(archive);
    let archive = Archive::open(folder.path(), LARGE).unwrap();
    assert_eq!(archive.marked(MAX_MARKS as u64 - 1), Some(&longest[1..]));
    assert_eq!(
        Archive::open(tempfile::tempdir().unwrap().path(), LARGE)
            .unwrap()
            .append(
                &Record {
                    source: MAX_SOURCE + 1,
                    ..record(0, b"")
                },
                &[]
            ),
        Err(Refused::Source)
    );
}

#[test]
fn what_is_wanted_longer_stays_when_the_rest_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    for at in 0..10 {
        let keep = if at % 5 == 0 { Keep::Lasting } else { Keep::Passing };
        archive
            .append(
                &Record {
                    keep,
                    ..record(at, b"event")
                },
                &[1],
            )
            .unwrap();
    }
    archive.sync().unwrap();
    archive.roll().unwrap();
    let moments = |view: &View| {
        let mut moments = Vec::new();
        view.each(&(0..100), |record| moments.push((record.at, record.keep)))
            .unwrap();
        moments.sort();
        moments
    };
    let all = moments(&archive.view());
    assert_eq!(all.len(), 10);
    // Sealing was cut off when the first of two segments was there.
    seal(folder.path(), 0).unwrap();
    std::fs::remove_file(&files(folder.path(), "seg")[0]).unwrap();
    assert_eq!(moments(&View::open(folder.path()).unwrap()), all);
    drop(archive);
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    assert_eq!(moments(&archive.view()), all);
    seal_all(&mut archive);
    assert_eq!(moments(&archive.view()), all);
    assert_eq!(archive.expire(Keep::Passing, 100).unwrap(), 8);
    let lasting = [(0, Keep::Lasting), (5, Keep::Lasting)];
    assert_eq!(moments(&archive.view()), lasting);
    drop(archive);
    let mut archive = Archive::open(folder.path(), LARGE).unwrap();
    assert_eq!(moments(&archive.view()), lasting);
    assert_eq!(archive.expire(Keep::Lasting, 100).unwrap(), 2);
    assert_eq!(moments(&archive.view()), []);
}

/// Writes for ever, telling what is durable: the process that the next test kills.
#[test]
fn child_that_writes() {
    let Some(folder) = std::env::var_os("ANLANH_ARCHIVE_CHILD") else {
        return;
    };
    let mut archive = Archive::open(Path::new(&folder), 4_000).unwrap();
    let (mut all, mut next) = (BTreeSet::new(), 0);
    let view = archive.view();
    view.hunt(&(0..i64::MAX), &[1], |record| {
        all.insert(record.at);
        next = next.max(record.at + 1);
    })
    .unwrap();
    loop {
        for _ in 0..7 {
            archive
                .append(&record(next, format!("event {next}").as_bytes()), &[1, next as u64 + 2])
                .unwrap();
            next += 1;
        }
        archive.mark(1, &next.to_le_bytes()).unwrap();
        archive.sync().unwrap();
        println!("durable {next}");
        seal_all(&mut archive);
    }
}

#[test]
fn nothing_that_was_synced_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut durable = 0_i64;
    for round in 0..25 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_writes", "--nocapture"])
            .env("ANLANH_ARCHIVE_CHILD", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines
            .map(|line| line.unwrap())
            .filter_map(|line| line.strip_prefix("durable ")?.parse::<i64>().ok());
        durable = told.take(3 + 5 * round).last().unwrap().max(durable);
        child.kill().unwrap();
        child.wait().unwrap();
        let archive = Archive::open(folder.path(), 4_000).unwrap();
        let (records, _) = found(&archive.view(), 0, i64::MAX, &[1]);
        let moments: Vec<i64> = records.iter().map(|(at, _)| *at).collect();
        assert!(moments.len() as i64 >= durable, "{} of {durable}", moments.len());
        assert_eq!(moments, (0..moments.len() as i64).collect::<Vec<_>>());
        durable = moments.len() as i64;
        assert_eq!(archive.marked(1), Some(durable.to_le_bytes().as_slice()));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Append { at: i64, key: u64, len: usize },
    Sync,
    Roll,
    Seal,
    Reopen,
    Expire { before: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (0..1_000_i64, 0..6_u64, 1..400_usize).prop_map(|(at, key, len)| Step::Append { at, key, len }),
        4 => Just(Step::Sync),
        1 => Just(Step::Roll),
        2 => Just(Step::Seal),
        1 => Just(Step::Reopen),
        1 => (0..300_i64).prop_map(|before| Step::Expire { before }),
    ];
    proptest::collection::vec(step, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// Whatever is done in whatever order, a hunt tells all durable records with a key, in their order; what is told beside
    /// them was kept, too; and what is forgotten is old.
    #[test]
    fn an_archive_agrees_with_a_list(steps in steps(), max_log_bytes in 500..5_000_u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path(), max_log_bytes).unwrap();
        let (mut durable, mut pending) = (Vec::new(), Vec::new());
        for step in steps {
            match step {
                Step::Append { at, key, len } => {
                    let payload = vec![key as u8; len];
                    archive.append(&record(at, &payload), &[key]).unwrap();
                    pending.push((at, payload, key));
                }
                Step::Sync => {
                    archive.sync().unwrap();
                    durable.append(&mut pending);
                }
                Step::Roll => {
                    archive.sync().unwrap();
                    durable.append(&mut pending);
                    archive.roll().unwrap();
                }
                Step::Seal => seal_all(&mut archive),
                Step::Reopen => {
                    drop(archive);
                    archive = Archive::open(folder.path(), max_log_bytes).unwrap();
                    pending.clear();
                }
                Step::Expire { before } => {
                    let count = durable.len();
                    let forgotten = archive.expire(Keep::Passing, before).unwrap() as usize;
                    let (kept, _) = found(&archive.view(), i64::MIN, i64::MAX, &[0, 1, 2, 3, 4, 5]);
                    prop_assert_eq!(kept.len(), count - forgotten);
                    let mut kept = kept.into_iter().peekable();
                    durable.retain(|(at, payload, _)| {
                        kept.next_if(|kept| (&kept.0, &kept.1) == (at, payload)).is_some() || *at >= before
                    });
                    prop_assert_eq!(durable.len(), count - forgotten);
                }
            }
            let (records, _) = found(&archive.view(), 100, 900, &[2, 5]);
            let wanted = |(at, payload, key): &(i64, Vec<u8>, u64)| {
                ((100..900).contains(at) && [2, 5].contains(key)).then(|| (*at, payload.clone()))
            };
            let expected: Vec<_> = durable.iter().filter_map(wanted).collect();
            let has_key = |(_, payload): &&(i64, Vec<u8>)| [2, 5].contains(&payload[0]);
            let told: Vec<_> = records.iter().filter(has_key).cloned().collect();
            prop_assert_eq!(told, expected);
        }
    }
}
