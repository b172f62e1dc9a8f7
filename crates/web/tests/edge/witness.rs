//! Other logs are witnessed over HTTP as C2SP tlog-witness says.

use anlanh_app::public_log::MAX_COSIGN_BYTES;
use anlanh_tlog::{AddCheckpoint, Checkpoint, Hash, Head, KeyName, MAX_NOTE_BYTES, Signer, parse_signatures};

use crate::support::{Server, header};

const PLAIN: &str = "text/plain; charset=utf-8";

fn signer(seed: u8) -> Signer {
    Signer::from_seed(KeyName::parse("khac.example/log").unwrap(), &[seed; 32]).unwrap()
}

/// A request for a log of one entry, from an old size, without a proof.
fn request(origin: &str, old: u64, entry: &str, seed: u8) -> String {
    let head = Head {
        size: 1,
        root: Hash::of_entry(entry.as_bytes()),
    };
    let note = Checkpoint::new(origin, head).unwrap().sign(&[&signer(seed)]);
    AddCheckpoint::new(old, Vec::new(), note.unwrap()).unwrap().to_string()
}

#[tokio::test]
async fn answers_are_those_of_c2sp() {
    let server = Server::start().await;
    server.watch_log(&signer(1).verifier().to_string());
    let check = async |body: String, status: u16, kind: &str, expected: Option<&str>| {
        let sent = server.post("/log/witness/add-checkpoint", "text/plain", body);
        let answer = sent.send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-type")),
            (status, kind)
        );
        let answer = answer.text().await.unwrap();
        assert!(expected.is_none_or(|expected| answer == expected), "{answer}");
        answer
    };
    let origin = "khac.example/log";
    check(request(origin, 0, "a", 2), 403, PLAIN, None).await;
    check(request(origin, 2, "a", 1), 400, PLAIN, None).await;
    check(request(origin, 1, "a", 1), 409, "text/x.tlog.size", Some("0\n")).await;
    let line = check(request(origin, 0, "a", 1), 200, PLAIN, None).await;
    let cosignatures = parse_signatures(&line).unwrap();
    assert_eq!(
        (cosignatures.len(), cosignatures[0].name().as_str()),
        (1, "127.0.0.1:8080/witness")
    );
    let page = server.get("/log").send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Nút này chứng kiến nhật ký khác bằng khóa") && page.contains("127.0.0.1:8080/witness"),
        "{page}"
    );
    check(request(origin, 0, "a", 1), 409, "text/x.tlog.size", Some("1\n")).await;
    check(request(origin, 1, "b", 1), 409, PLAIN, None).await;
    let garbled = request(origin, 1, "a", 1).replace("old 1\n\n", "old 1\nAAAA\n\n");
    check(garbled, 400, PLAIN, None).await;

    // As long as a note may be, and one byte more; and more than any request.
    let short = request("a", 0, "a", 1).len() - "old 0\n\n".len();
    let longest = request(&"a".repeat(1 + MAX_NOTE_BYTES - short), 0, "a", 1);
    check(longest.clone(), 404, PLAIN, None).await;
    check(longest.replace("old 0\n\na", "old 0\n\naa"), 400, PLAIN, None).await;
    for bytes in [MAX_COSIGN_BYTES, MAX_COSIGN_BYTES + 1] {
        check("x".repeat(bytes), 400, PLAIN, None).await;
    }
}
