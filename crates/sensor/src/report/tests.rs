use proptest::prelude::*;

use super::*;
use crate::limits::{MAX_REPORT_COLUMNS, MAX_REPORT_TYPES, MAX_SCHEMA_BYTES};

/// Two types of reports, as the published schema has them.
const SCHEMA: &str = r#"{
  "_meta": {"change_log": ["x"], "date_created": "2026-03-01T00:00:00Z"},
  "event4_sinkhole": {
    "constant_fields": {"classification.type": "infected-system"},
    "feed_name": "Sinkhole-Events", "file_name": "event4_sinkhole",
    "optional_fields": [["protocol.transport", "protocol"], ["destination.ip", "dst_ip", "validate_ip"],
      ["destination.port", "dst_port", "convert_int"], ["malware.name", "infection"], ["source.asn", "src_asn"],
      ["malware.hash.md5", "md5"], ["destination.fqdn", "dst_host"]],
    "required_fields": [["time.source", "timestamp", "add_UTC_to_timestamp"], ["source.ip", "src_ip", "validate_ip"],
      ["source.port", "src_port", "convert_int"]]
  },
  "scan_telnet": {
    "feed_name": "Accessible-Telnet", "file_name": "scan_telnet",
    "optional_fields": [["protocol.transport", "protocol"], ["source.reverse_dns", "hostname"], ["extra.", "banner"]],
    "required_fields": [["time.source", "timestamp", "add_UTC_to_timestamp"], ["source.ip", "ip", "validate_ip"],
      ["source.port", "port", "convert_int"]]
  }
}"#;

#[test]
fn reports_are_read_by_the_schema_and_nothing_else_of_them_is() {
    let mut reports = Reports::new(SCHEMA).unwrap();
    let mut out = Vec::new();
    let lines = "timestamp,protocol,src_ip,src_port,src_asn,infection,dst_ip,dst_port,dst_host,md5\n\
                 \"2026-11-28 10:33:53\",\"tcp\",\"203.0.113.7\",51234,131,\"andromeda\",198.51.100.7,80,cc.example,\
                 9e107d9d372bb6826bd81d3542a419d6\n\
                 2026-11-28 10:33:53,tcp,203.0.113.7\n\
                 timestamp,ip,protocol,port,hostname,banner\n\
                 2026-11-28 10:33:53,203.0.113.8,tcp,23,,\"login: \"\"an\"\", \"\n";
    let read: Vec<bool> = lines.lines().map(|line| reports.read(line, &mut out)).collect();
    assert_eq!(read, [true, true, false, true, true]);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"event_type\":\"report\",\"timestamp\":\"2026-11-28 10:33:53Z\",\"src_ip\":\"203.0.113.7\",\"src_port\":51234,\
         \"dest_ip\":\"198.51.100.7\",\"dest_port\":80,\"proto\":\"TCP\",\"report\":{\"type\":\"event4_sinkhole\"},\
         \"dns\":{\"queries\":[{\"rrname\":\"cc.example\"}]},\"fileinfo\":{\"md5\":\"9e107d9d372bb6826bd81d3542a419d6\"}}\n\
         {\"event_type\":\"report\",\"timestamp\":\"2026-11-28 10:33:53Z\",\"src_ip\":\"203.0.113.8\",\"src_port\":23,\
         \"proto\":\"TCP\",\"report\":{\"type\":\"scan_telnet\"}}\n"
    );
    // Without a head nobody knows what a record is, nor with one that no schema has.
    let mut reports = Reports::new(SCHEMA).unwrap();
    assert!(!reports.read("2026-11-28 10:33:53,203.0.113.8,tcp,23,,", &mut Vec::new()));
}

#[test]
fn a_schema_is_bounded() {
    assert_eq!(Reports::new("[]").err(), Some(SchemaError::Unreadable));
    assert_eq!(Reports::new("{\"_meta\":{}}").err(), Some(SchemaError::Empty));
    let one = r#"{"required_fields": [["source.ip", "ip"]]}"#;
    let many = |count: usize| {
        let types: Vec<String> = (0..count).map(|n| format!("\"t{n}\":{one}")).collect();
        Reports::new(&format!("{{{}}}", types.join(","))).err()
    };
    assert_eq!(
        (many(MAX_REPORT_TYPES), many(MAX_REPORT_TYPES + 1)),
        (None, Some(SchemaError::Unreadable))
    );
    let long = |len: usize| Reports::new(&format!("{{\"t\":{one}}}{}", " ".repeat(len - one.len() - 6))).err();
    assert_eq!(
        (long(MAX_SCHEMA_BYTES), long(MAX_SCHEMA_BYTES + 1)),
        (None, Some(SchemaError::Unreadable))
    );
    let mut reports = Reports::new(SCHEMA).unwrap();
    let head = |columns: usize| format!("timestamp,ip{}", ",x".repeat(columns - 2));
    assert!(reports.read(&head(MAX_REPORT_COLUMNS), &mut Vec::new()));
    assert!(!reports.read(&head(MAX_REPORT_COLUMNS + 1), &mut Vec::new()));
}

#[test]
fn reports_of_abuse_are_read() {
    let check = |line: &str, expected: Option<&str>| {
        let mut out = Vec::new();
        assert_eq!(read_xarf(line.as_bytes(), &mut out), expected.is_some(), "{line}");
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.trim_end(), expected.unwrap_or_default(), "{line}");
    };
    check(
        r#"{"xarf_version":"4.2.0","report_id":"550e8400-e29b-41d4-a716-446655440000","timestamp":"2026-11-28T10:33:53Z","reporter":{"org":"An","contact":"an@example.vn"},"source_identifier":"203.0.113.7","source_port":51234,"category":"connection","type":"login_attack","destination_ip":"198.51.100.7","destination_port":22,"protocol":"tcp"}"#,
        Some(
            r#"{"event_type":"report","timestamp":"2026-11-28T10:33:53Z","src_ip":"203.0.113.7","src_port":51234,"dest_ip":"198.51.100.7","dest_port":22,"proto":"TCP","report":{"type":"connection/login_attack"}}"#,
        ),
    );
    check(
        r#"{"xarf_version":"4.0.0","timestamp":"2026-11-28T10:33:53Z","source_identifier":"bad.example","class":"content","type":"phishing","url":"https://bad.example/login?user=an"}"#,
        Some(
            r#"{"event_type":"report","timestamp":"2026-11-28T10:33:53Z","report":{"type":"content/phishing"},"dns":{"queries":[{"rrname":"bad.example"}]},"email":{"url":["https://bad.example/login?user=an"]}}"#,
        ),
    );
    check(r#"{"xarf_version":"3","source_identifier":"203.0.113.7"}"#, None);
    check(r#"{"xarf_version":"4.0.0","source_identifier":"an@example.vn"}"#, None);
    check("{", None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_panic(line in "[\"a,0-9\\\\:/.\u{1}]{0,60}") {
        let mut reports = Reports::new(SCHEMA).unwrap();
        let mut out = Vec::new();
        reports.read("timestamp,ip,protocol,port,hostname,banner", &mut out);
        reports.read(&line, &mut out);
        reports.read(&format!("{line},203.0.113.8,{line},{line},\"{line}\","), &mut out);
        read_xarf(line.as_bytes(), &mut out);
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok());
        }
    }
}
