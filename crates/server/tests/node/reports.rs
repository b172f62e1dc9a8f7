//! Reports on a node that is killed, and erasure from the command line beside it.

use anlanh_vault::Vault;
use serde_json::{Value, json};

use crate::support::{Node, Place, anlanh, json as body, places, reviewers_token, token};

async fn report(node: &Node, token: &str, url: &str) -> Value {
    let sent = json!({ "category": "lua-dao", "url": url, "why": "Họ xin mã OTP." });
    let answer = node.ask("POST", "/v1/reports", token, sent.to_string()).await;
    assert_eq!(answer.status().as_u16(), 201);
    body(answer).await
}

pub async fn status(node: &Node, receipt: &Value) -> Value {
    let path = format!("/v1/reports/{}", receipt["receipt"].as_str().unwrap());
    body(node.ask("GET", &path, "", "").await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_given_stays_given_when_the_plug_is_pulled() {
    for place in places() {
        let node = Node::start(&place);
        let trusted = token(&place, "bao-tin", &["reports:write"]);
        let reviewer = reviewers_token(&place, "lan");
        let mut receipts = Vec::new();
        for _ in 0..3 {
            receipts.push(report(&node, &trusted, "https://vi-du.vn/p/1").await);
        }
        let other = report(&node, &trusted, "https://vi-du.vn/p/2").await;
        let queue = node.read("/v1/cases", &reviewer).await;
        assert_eq!(queue["cases"].as_array().unwrap().len(), 2);
        let case = queue["cases"][0]["case"].as_str().unwrap().to_owned();
        let decided = json!({ "outcome": "remove", "category": "SC1", "facts": "Lừa lấy mã OTP." });
        let path = format!("/v1/cases/{case}/decision");
        let answer = node.ask("POST", &path, &reviewer, decided.to_string()).await;
        assert_eq!(answer.status().as_u16(), 200);
        node.pull_the_plug();

        let node = Node::start(&place);
        let mut answered = 0;
        for receipt in receipts.iter().chain([&other]) {
            let status = status(&node, receipt).await;
            answered += usize::from(status["state"] == "answered");
        }
        assert!([1, 3].contains(&answered), "those of one case, whole: {answered}");
        let again = node.ask("POST", &path, &reviewer, decided.to_string()).await;
        assert_eq!(again.status().as_u16(), 409, "and once");
    }
}

fn vault(place: &Place) -> Vault {
    let path = place.folder.path().join("data/key");
    let text = std::fs::read_to_string(path).unwrap();
    let digits = text.trim().as_bytes().chunks(2);
    let bytes = digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
    let bytes: Vec<u8> = bytes.collect();
    Vault::new(bytes.try_into().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_one_address_is_erased_beside_a_running_node() {
    for place in places() {
        // A server that never answers: the report waits for its mail all the same.
        let mail = ["--mail-server", "smtp+plain://127.0.0.1:1", "--mail-from", "an@lanh.vn"];
        let node = Node::start_with(&place, &mail);
        let erase = || anlanh(&["reporter", "erase", "--email", "lan@vi-du.vn"], &place, "");
        let said = erase();
        assert_eq!(said.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&said.stderr).contains("no report came"));

        let mut sent = json!({ "category": "xuc-pham", "url": "https://vi-du.vn/p/1", "why": "Bôi nhọ tôi." });
        sent["name"] = json!("Nguyễn Thị Lan");
        sent["email"] = json!("Lan@vi-du.vn");
        let trusted = token(&place, "bao-tin", &["reports:write"]);
        let challenge = body(node.ask("GET", "/v1/reports/challenge", "", "").await).await;
        assert!(challenge["bits"].as_u64().unwrap() >= 14);
        // The token stands in for work here; its reports are confirmed by nobody.
        let of_token = body(node.ask("POST", "/v1/reports", &trusted, sent.to_string()).await).await;
        assert_eq!(of_token["asks_to_confirm"], false);
        let receipt = by_work(&node, sent, challenge["challenge"].as_str().unwrap()).await;
        let id: anlanh_model::Id<anlanh_model::Report> = receipt["report"].as_str().unwrap().parse().unwrap();
        let secret = vault(&place).secret_of("report.confirmation", id.number());
        let link: String = secret.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
        let request = reqwest::Client::new().post(format!("{}/report/confirm/{link}", node.address));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        assert!(request.send().await.unwrap().status().is_success());
        assert_eq!(status(&node, &receipt).await["state"], "open");

        let done = erase();
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert!(
            out.contains(receipt["report"].as_str().unwrap()) && out.contains("kept"),
            "{out}"
        );
        assert!(out.contains("gone from the files"), "{out}");
        assert!(!out.contains("vi-du.vn"), "{out}");
        assert_eq!(status(&node, &receipt).await["status"], 404);
        assert_eq!(status(&node, &of_token).await["state"], "open", "another's stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_mail_is_not_taken_where_none_is_sent() {
    for place in places() {
        let node = Node::start(&place);
        let form = node.ask("GET", "/report", "", "").await.text().await.unwrap();
        assert_eq!(form.matches(" disabled").count(), 2, "{form}");
        let challenge = body(node.ask("GET", "/v1/reports/challenge", "", "").await).await;
        let mut sent = json!({ "category": "xuc-pham", "url": "https://vi-du.vn/p/1", "why": "Bôi nhọ tôi." });
        sent["name"] = json!("Nguyễn Thị Lan");
        sent["email"] = json!("lan@vi-du.vn");
        let refused = by_work(&node, sent, challenge["challenge"].as_str().unwrap()).await;
        assert_eq!(
            (&refused["status"], &refused["code"]),
            (&json!(422), &json!("bad-report"))
        );
    }
}

/// Reports by the work that a challenge asks for.
pub async fn by_work(node: &Node, mut sent: Value, challenge: &str) -> Value {
    use sha2::{Digest, Sha256};
    let is_proof = |number: &u64| {
        let hash: [u8; 32] = Sha256::digest(format!("{challenge}:{number}")).into();
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]).leading_zeros() >= 14
    };
    let proof = (0_u64..).find(is_proof).unwrap();
    sent["challenge"] = json!(challenge);
    sent["proof"] = json!(proof.to_string());
    let request = reqwest::Client::new().post(format!("{}/v1/reports", node.address));
    let answer = request
        .header("content-type", "application/json")
        .body(sent.to_string());
    body(answer.send().await.unwrap()).await
}

#[test]
fn without_its_key_a_sealed_database_does_not_start() {
    for place in places() {
        drop(Node::start(&place));
        std::fs::remove_file(place.folder.path().join("data/key")).unwrap();
        let refused = anlanh(&["serve", "--listen", "127.0.0.1:0"], &place, "");
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains("whose file is gone"), "{said}");
        assert!(!place.folder.path().join("data/key").exists(), "no other key is made");
    }
}
