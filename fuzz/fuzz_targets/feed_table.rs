//! Feeds: any bytes are read as a list or a table, with any columns; as a warning list; and as a place in a collection. A value that
//! was read is read again from what it is written as, and is covered by itself.
#![no_main]

use anlanh_soc::{Form, Value, WarningList, WarningLists, read_table};
use anlanh_stix::poll::Poll;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    // Columns before the first blank line, a feed behind it.
    let cut = text.windows(2).position(|two| two == b"\n\n").unwrap_or(0);
    let (columns, feed) = text.split_at(cut);
    let columns = std::str::from_utf8(columns)
        .ok()
        .and_then(|columns| columns.parse().ok());
    let form = Form {
        columns,
        ..Form::default()
    };
    let lists = WarningList::read(feed)
        .ok()
        .and_then(|list| WarningLists::new(&[list]).ok());
    let lists = lists.unwrap_or_default();
    let mut last = 0;
    read_table(&form, feed, |line, entry| {
        assert!(line >= last);
        last = line;
        let Ok(entry) = entry else { return };
        let written = entry.value.to_string();
        assert_eq!(Value::read(entry.value.kind(), &written), Ok(entry.value.clone()));
        assert_eq!(entry.value.covers().first(), Some(&(entry.value.kind(), written)));
        let _ = lists.find(&entry.value);
    });
    if let Some(poll) = std::str::from_utf8(text).ok().and_then(|line| Poll::of_line(line).ok()) {
        assert_eq!(Poll::of_line(&poll.to_line()), Ok(poll));
    }
});
