//! The operator takes every decision out of the node, into files that are whole or not there.

use std::fs;

use serde_json::json;

use crate::support::{MACHINE, Node, anlanh, places, reviewers_token, token};

#[tokio::test]
async fn an_export_is_a_whole_file_or_none() {
    for place in places() {
        let reviewer = reviewers_token(&place, "lan");
        let app = token(&place, "app", &MACHINE);
        let node = Node::start(&place);
        let item =
            json!({ "id": "p-1", "text": "Chị gửi mã OTP cho em để nhận thưởng nhé", "author": { "ref": "u-9" } });
        let kept = node.ask("POST", "/v1/items", &app, item.to_string()).await;
        let case = crate::support::json(kept).await["case"].as_str().unwrap().to_owned();
        let decision = json!({ "outcome": "remove", "category": "SC1", "facts": "Bài đăng hỏi mã OTP." });
        let path = format!("/v1/cases/{case}/decision");
        let decided = node.ask("POST", &path, &reviewer, decision.to_string()).await;
        assert_eq!(decided.status().as_u16(), 200);

        let folder = place.folder.path();
        let export = |format: &str, out: &str, more: &[&str]| {
            let out = if out == "-" {
                out.to_owned()
            } else {
                folder.join(out).display().to_string()
            };
            let mut args = vec!["decisions", "export", "--format", format, "--out", &out];
            args.extend(more);
            anlanh(&args, &place, "")
        };
        // The node runs beside it.
        for (format, begin) in [("csv", "puid,"), ("dsa", "{\"statements\":["), ("parquet", "PAR1")] {
            let done = export(format, format, &[]);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            let written = fs::read(folder.join(format)).unwrap();
            assert!(written.starts_with(begin.as_bytes()), "{format}");
            let printed = export(format, "-", &[]);
            assert!(printed.stdout == written, "{format}: the same on standard output");
        }
        let before = fs::read(folder.join("csv")).unwrap();
        for (out, more, told) in [
            ("csv", &[][..], "the file is there already"),
            ("none/csv", &[], "cannot write"),
            ("new", &["--from", "2026-02-30"], "first day"),
            ("new", &["--from", "2026-02-02", "--to", "2026-02-01"], "last day"),
        ] {
            let refused = export("csv", out, more);
            assert_eq!(refused.status.code(), Some(1), "{out}");
            let error = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert!(error.contains(told), "{error}");
        }
        assert!(fs::read(folder.join("csv")).unwrap() == before);
        assert!(!folder.join("new").exists() && !folder.join("csv.part").exists());
    }
}
