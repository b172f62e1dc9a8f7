//! Exports, byte for byte and as others read them.

#![cfg(test)]

use anlanh_dsa::{Statement, batch};
use anlanh_publish::Moment;
use anlanh_publish::export::{COLUMNS, Format, Local, Record, Writer};
use bytes::Bytes;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use serde_json::{Value, json};

fn statement(number: usize, facts: &str) -> Statement {
    let json = json!({
        "puid": format!("vn-{number}"),
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "điểm đ khoản 2 Điều 7",
        "illegal_content_explanation": "Lừa đảo",
        "content_type": ["CONTENT_TYPE_TEXT", "CONTENT_TYPE_IMAGE"],
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "content_date": "2026-10-01",
        "application_date": "2026-10-02",
        "decision_facts": facts,
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED"
    });
    Statement::from_json(&json).unwrap()
}

/// A record; every third one restricted nothing.
fn record(number: usize) -> Record {
    let facts = match number % 4 {
        0 => "Đòi mã OTP, \"gấp\"".to_owned(),
        1 => "=HYPERLINK(1)".to_owned(),
        2 => "hai\ndòng".to_owned(),
        _ => "thường".to_owned(),
    };
    let restricts = number % 3 != 2;
    Record {
        statement: restricts.then(|| statement(number, &facts)),
        facts,
        local: Local {
            decision: format!("vn-{number}"),
            case: format!("case-{number}"),
            opened_at: Moment(1_790_000_000_123_456),
            decided_at: Moment(1_790_000_060_000_000),
            outcome: if restricts { "remove" } else { "no_violation" }.to_owned(),
            measures: if restricts {
                vec!["remove item".to_owned()]
            } else {
                Vec::new()
            },
            reversed_at: (number == 1).then_some(Moment(1_790_000_120_000_000)),
            category: restricts.then(|| "SC1".to_owned()),
            category_title: restricts.then(|| "Lừa đảo".to_owned()),
            basis: if restricts {
                vec!["luat-1/7".to_owned(), "luat-1/8".to_owned()]
            } else {
                Vec::new()
            },
            citations: if restricts {
                vec!["Điều 7 \"Luật\"".to_owned()]
            } else {
                Vec::new()
            },
            labels: Vec::new(),
            cause: "review".to_owned(),
            territory: Some("VN".to_owned()),
            policy: "vn 2026.11".to_owned(),
            policy_digest: "00ff".to_owned(),
        },
    }
}

/// What an export of so many records is, handed over in pieces of so many.
fn export(format: Format, records: usize, piece: usize) -> Vec<u8> {
    let all: Vec<Record> = (0..records).map(record).collect();
    let mut writer = Writer::new(format).unwrap();
    let mut out = Vec::new();
    for records in all.chunks(piece) {
        out.extend(writer.write(records.to_vec()).unwrap());
    }
    out.extend(writer.finish().unwrap());
    out
}

#[test]
fn however_records_arrive_the_bytes_are_the_same() {
    for format in Format::ALL {
        assert_eq!(Format::from_key(format.key()), Some(format));
        let whole = export(format, 333, 333);
        for piece in [1, 7, 100] {
            assert!(export(format, 333, piece) == whole, "{format:?} in pieces of {piece}");
        }
    }
}

#[test]
fn csv_is_written_to_the_byte() {
    let text = String::from_utf8(export(Format::Csv, 3, 1)).unwrap();
    let head = COLUMNS.join(",");
    let removed = |number: usize, facts: &str, reversed: &str| {
        format!(
            "vn-{number},\"[\"\"DECISION_VISIBILITY_CONTENT_REMOVED\"\"]\",,,,,,,DECISION_GROUND_ILLEGAL_CONTENT,\
             điểm đ khoản 2 Điều 7,Lừa đảo,,,,,\"[\"\"CONTENT_TYPE_TEXT\"\",\"\"CONTENT_TYPE_IMAGE\"\"]\",,,\
             STATEMENT_CATEGORY_SCAMS_AND_FRAUD,,,,,,2026-10-01,2026-10-02,,,,,{facts},SOURCE_VOLUNTARY,,Yes,\
             AUTOMATED_DECISION_NOT_AUTOMATED,vn-{number},case-{number},2026-09-21T14:13:20.123Z,\
             2026-09-21T14:14:20.000Z,remove,\"[\"\"remove item\"\"]\",{reversed},SC1,Lừa đảo,\"[\"\"luat-1/7\"\",\"\"luat-1/8\"\"]\",\
             \"[\"\"Điều 7 \\\"\"Luật\\\"\"\"\"]\",,review,VN,vn 2026.11,00ff"
        )
    };
    let nothing = format!(
        "{}\"hai\ndòng\",,,,,vn-2,case-2,2026-09-21T14:13:20.123Z,2026-09-21T14:14:20.000Z,no_violation,,,,,,,,review,VN,\
         vn 2026.11,00ff",
        ",".repeat(30)
    );
    let expected = [
        head,
        removed(0, "\"Đòi mã OTP, \"\"gấp\"\"\"", ""),
        removed(1, "'=HYPERLINK(1)", "2026-09-21T14:15:20.000Z"),
        nothing,
    ];
    assert_eq!(text, expected.map(|line| line + "\r\n").concat());
    assert_eq!(export(Format::Csv, 0, 1), (COLUMNS.join(",") + "\r\n").into_bytes());
}

#[test]
fn each_line_is_a_call_that_the_database_takes() {
    let text = String::from_utf8(export(Format::Dsa, 333, 50)).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let taken: Vec<Vec<Statement>> = lines
        .map(|line: Value| batch::from_json(&line, |_| false).unwrap())
        .collect();
    assert_eq!(taken.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 22]);
    let expected = (0..333).filter_map(|number| record(number).statement);
    assert!(taken.into_iter().flatten().eq(expected));
    assert_eq!(export(Format::Dsa, 0, 1), b"");
}

#[test]
fn parquet_says_what_csv_says() {
    const ROWS: usize = 10_001;
    let reader = SerializedFileReader::new(Bytes::from(export(Format::Parquet, ROWS, 1_000))).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
    assert_eq!(names, COLUMNS);
    let at = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap();
    let mut rows = 0;
    for (number, row) in reader.get_row_iter(None).unwrap().enumerate() {
        let (row, expected) = (row.unwrap(), record(number));
        assert_eq!(row.get_string(at("decision_facts")).unwrap(), &expected.facts);
        assert_eq!(row.get_string(at("vn_decision")).unwrap(), &expected.local.decision);
        assert_eq!(
            row.get_timestamp_micros(at("vn_opened_at")).unwrap(),
            1_790_000_000_123_456
        );
        match &expected.statement {
            Some(statement) => {
                assert_eq!(row.get_string(at("puid")).unwrap(), statement.puid.as_str());
                let types: Value = serde_json::from_str(row.get_string(at("content_type")).unwrap()).unwrap();
                assert_eq!(types, json!(["CONTENT_TYPE_TEXT", "CONTENT_TYPE_IMAGE"]));
                assert_eq!(row.get_string(at("vn_basis")).unwrap(), "[\"luat-1/7\",\"luat-1/8\"]");
            }
            None => assert!(row.get_string(at("puid")).is_err()),
        }
        rows += 1;
    }
    assert_eq!(rows, ROWS);
    let empty = SerializedFileReader::new(Bytes::from(export(Format::Parquet, 0, 1))).unwrap();
    assert_eq!(empty.metadata().file_metadata().num_rows(), 0);
}
