//! Messages of syslog, RFC 5424 and, leniently, RFC 3164: what they carry, as a line.

/// Longest head that is looked for, in bytes.
const MOST_HEAD_BYTES: usize = 4_096;
/// Bytes of `Nov 28 10:33:53`.
const STAMP_BYTES: usize = 15;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Writes the line that a message carries: an event in JSON as it is; anything else behind the time of the message, as programs
/// write it into files. Ends of lines in it become blanks. What is no syslog is a line of its own.
pub fn unwrap(message: &[u8], line: &mut Vec<u8>) {
    line.clear();
    let (time, body) = split(message);
    let body = body.strip_prefix(BOM).unwrap_or(body).trim_ascii_start();
    let body = body.strip_prefix(b"@cee:").map_or(body, <[u8]>::trim_ascii_start);
    let plain = |byte: &u8| match byte {
        b'\n' | b'\r' => b' ',
        byte => *byte,
    };
    if body.first() != Some(&b'{') && !time.is_empty() {
        line.extend(time.iter().map(plain));
        line.push(b' ');
    }
    line.extend(body.iter().map(plain));
}

/// The time of a message, empty where it has none, and what it carries.
fn split(message: &[u8]) -> (&[u8], &[u8]) {
    let Some(rest) = behind_priority(message) else {
        return (&[], message);
    };
    if let Some(rest) = rest.strip_prefix(b"1 ") {
        return modern(rest).unwrap_or((&[], rest));
    }
    match rest.split_at_checked(STAMP_BYTES) {
        Some((stamp, rest)) if is_stamp(stamp) => (stamp, behind_tag(rest.trim_ascii_start())),
        // Some put a time of RFC 3339 there.
        _ => match word(rest) {
            Some((time, rest)) if time.get(10) == Some(&b'T') => (time, behind_tag(rest)),
            _ => (&[], rest),
        },
    }
}

/// What stands behind `<134>`; none where there is nothing of the kind.
fn behind_priority(message: &[u8]) -> Option<&[u8]> {
    let rest = message.strip_prefix(b"<")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    rest.get(digits..)?.strip_prefix(b">")
}

/// RFC 5424 behind its version: time, host, program, process, id, structured data.
fn modern(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (time, rest) = word(rest)?;
    let (_host, rest) = word(rest)?;
    let (_program, rest) = word(rest)?;
    let (_process, rest) = word(rest)?;
    let (_id, rest) = word(rest)?;
    let rest = match rest.strip_prefix(b"-") {
        Some(rest) => rest,
        None => behind_data(rest)?,
    };
    let time: &[u8] = if time == b"-" { &[] } else { time };
    Some((time, rest.strip_prefix(b" ").unwrap_or(rest)))
}

/// What stands behind `[a@1 b="c\"]"][d]`.
fn behind_data(bytes: &[u8]) -> Option<&[u8]> {
    let (mut is_quoted, mut is_escaped, mut is_open) = (false, false, false);
    for (at, byte) in bytes.iter().enumerate().take(MOST_HEAD_BYTES) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' if is_open => is_quoted = !is_quoted,
            b'[' if !is_quoted => is_open = true,
            b']' if !is_quoted => is_open = false,
            _ if !is_open => return bytes.get(at..),
            _ => {}
        }
    }
    (!is_open).then_some(&[])
}

/// RFC 3164 behind its time: host and tag, `an unbound[12]: `, stay where they tell something a reader looks for; a body in JSON
/// begins behind them.
fn behind_tag(rest: &[u8]) -> &[u8] {
    let head = rest.get(..rest.len().min(MOST_HEAD_BYTES)).unwrap_or(rest);
    match memchr::memmem::find(head, b": ") {
        Some(end) => {
            let body = rest.get(end + 2..).unwrap_or_default().trim_ascii_start();
            let is_json = body.first() == Some(&b'{') || body.starts_with(b"@cee:");
            if is_json { body } else { rest }
        }
        None => rest,
    }
}

fn word(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = bytes.get(..bytes.len().min(MOST_HEAD_BYTES))?;
    let end = memchr::memchr(b' ', head)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Whether it is like `Nov 28 10:33:53`.
fn is_stamp(stamp: &[u8]) -> bool {
    matches!(
        stamp,
        [
            b'A'..=b'Z',
            b'a'..=b'z',
            b'a'..=b'z',
            b' ',
            _,
            b'0'..=b'9',
            b' ',
            _,
            _,
            b':',
            _,
            _,
            b':',
            _,
            _
        ]
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(message: &str, expected: &str) {
        let mut line = b"of before".to_vec();
        unwrap(message.as_bytes(), &mut line);
        assert_eq!(String::from_utf8(line).unwrap(), expected, "{message}");
    }

    #[test]
    fn what_a_message_carries_is_a_line() {
        let json = r#"{"event_type":"dns"}"#;
        check(&format!("<134>1 2026-11-28T10:33:53Z h suricata 12 - - {json}"), json);
        check(
            &format!("<134>1 2026-11-28T10:33:53Z h suricata 12 - [a@1 b=\"]\\\"[\"][c] \u{feff}{json}"),
            json,
        );
        check(&format!("<134>1 - - - - - - @cee: {json}"), json);
        check(&format!("<134>Nov 28 10:33:53 h suricata[12]: {json}"), json);
        check(
            &format!("<134>2026-11-28T10:33:53+07:00 h suricata: @cee: {json}"),
            json,
        );
        check(&format!("<134>{json}"), json);
        check(json, json);
        let query = "client 10.0.0.7#53 (a.vn): query: a.vn IN A +";
        check(
            &format!("<30>1 2026-11-28T10:33:53Z h named 1 - - {query}"),
            &format!("2026-11-28T10:33:53Z {query}"),
        );
        check(
            &format!("<30>Nov  8 10:33:53 h named[1]: {query}"),
            &format!("Nov  8 10:33:53 h named[1]: {query}"),
        );
        check("<30>1 - - - - - -", "");
        check("<30>1 - - - - - - a\nb", "a b");
        // A frame of a counted stream may hold any byte anywhere.
        check("<30>1 2026\n - - - - - a", "2026  a");
        check("<3000>1 x", "<3000>1 x");
        check("<30>1 cut off", "cut off");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_makes_it_panic_and_a_line_is_one(message in proptest::collection::vec(any::<u8>(), 0..200), head in "(<[0-9]{1,3}>(1 )?)?[-\\[\\]\" a]{0,20}") {
            let mut line = Vec::new();
            unwrap(&[head.as_bytes(), &message].concat(), &mut line);
            prop_assert!(!line.contains(&b'\n'));
        }
    }
}
