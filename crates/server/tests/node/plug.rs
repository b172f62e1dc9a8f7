//! The plug is pulled at any moment: what was answered is there, and of nothing is there only a half.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{MACHINE, Node, places, reviewers_token, token};

/// How often the plug is pulled on each database.
const PULLS: usize = 6;
/// How many callers hand items in meanwhile.
const CALLERS: usize = 8;
/// How many answers are waited for before the plug is pulled: a different moment of the work each time.
const ANSWERS: [u64; PULLS] = [1, 7, 40, 3, 90, 25];

/// What was answered before the plug was pulled.
#[derive(Default)]
struct Answered {
    items: Mutex<Vec<Value>>,
    decisions: Mutex<Vec<Value>>,
    count: AtomicU64,
}

/// Who hands items in, and who decides their cases.
struct Tokens {
    machine: String,
    reviewer: String,
}

#[test]
fn what_was_answered_is_there_after_the_plug_was_pulled() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for place in places() {
        let tokens = Arc::new(Tokens {
            machine: token(&place, "nhap-lieu", &MACHINE),
            reviewer: reviewers_token(&place, "lan"),
        });
        let answered: Arc<Answered> = Arc::default();
        for (round, answers) in ANSWERS.into_iter().enumerate() {
            let node = Node::start(&place);
            runtime.block_on(hand_in(node, &tokens, round, answers, &answered));
        }
        let node = Node::start(&place);
        let kept = std::mem::take(&mut *answered.items.lock().unwrap());
        assert!(kept.len() >= ANSWERS.iter().sum::<u64>().try_into().unwrap());
        runtime.block_on(every_item_is_whole(&node, &tokens.machine, &kept));
        let decided = std::mem::take(&mut *answered.decisions.lock().unwrap());
        assert!(!decided.is_empty());
        runtime.block_on(every_case_is_whole(&node, &tokens.machine, &decided));
    }
}

/// Hands items in from several callers, who decide every other case at once, until so many items were answered; pulls
/// the plug while the others go on.
async fn hand_in(node: Node, tokens: &Arc<Tokens>, round: usize, answers: u64, answered: &Arc<Answered>) {
    let mut callers = tokio::task::JoinSet::new();
    let before = answered.count.load(Ordering::Relaxed);
    for caller in 0..CALLERS {
        let (address, tokens, answered) = (node.address.clone(), Arc::clone(tokens), Arc::clone(answered));
        callers.spawn(async move {
            // What the plug cuts off is no answer, and no failure either.
            let _cut_off = call(&address, &tokens, &format!("{round}-{caller}"), &answered).await;
        });
    }
    while answered.count.load(Ordering::Relaxed) - before < answers {
        tokio::task::yield_now().await;
    }
    node.pull_the_plug();
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
}

async fn call(address: &str, tokens: &Tokens, name: &str, answered: &Answered) -> reqwest::Result<()> {
    let client = Client::new();
    let post = async |path: &str, token: &str, body: Value, status: u16| {
        let request = client.post(format!("{address}{path}")).bearer_auth(token);
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?;
        assert_eq!(answer.status().as_u16(), status);
        let body = answer.bytes().await?;
        Ok::<Value, reqwest::Error>(serde_json::from_slice(&body).unwrap())
    };
    for number in 0.. {
        // Every other item needs a person.
        let text = if number % 2 == 0 {
            "Chị gửi mã OTP cho em để nhận thưởng nhé"
        } else {
            "Trời đẹp quá"
        };
        let item = json!({ "id": format!("{name}-{number}"), "text": text });
        let kept = post("/v1/items", &tokens.machine, item, 201).await?;
        answered.items.lock().unwrap().push(kept.clone());
        answered.count.fetch_add(1, Ordering::Relaxed);
        let Some(case) = kept["case"].as_str().filter(|_| number % 4 == 0) else {
            continue;
        };
        let decision = json!({ "outcome": "no_violation", "facts": "lời cảnh báo" });
        let path = format!("/v1/cases/{case}/decision");
        let decided = post(&path, &tokens.reviewer, decision, 200).await?;
        answered.decisions.lock().unwrap().push(decided);
    }
    Ok(())
}

/// Every answered item is there with the verdict and the case that were answered, no other has half of them, and the
/// audit log tells of as many as there are.
async fn every_item_is_whole(node: &Node, token: &str, kept: &[Value]) {
    for line in kept {
        let item = node
            .read(&format!("/v1/items/{}", line["item"].as_str().unwrap()), token)
            .await;
        assert_eq!((&item["id"], &item["verdict"]), (&line["id"], &line["verdict"]));
        let cases: Vec<Value> = line["case"].as_str().map(Value::from).into_iter().collect();
        assert_eq!(item["cases"].as_array().unwrap(), &cases);
    }
    let all = node.read_all("/v1/items?", token, "items", "before").await;
    for line in &all {
        let item = node
            .read(&format!("/v1/items/{}", line["item"].as_str().unwrap()), token)
            .await;
        let wanted = usize::from(line["action"] == "review");
        assert_eq!(item["cases"].as_array().unwrap().len(), wanted, "half an item");
        assert!(item["text"].is_string(), "half an item");
    }
    assert!(all.len() >= kept.len());
    let entries = node
        .read_all("/v1/audit?action=item.keep&", token, "entries", "before")
        .await;
    let told = entries
        .iter()
        .map(|entry| entry["subject"].as_str().unwrap().parse::<usize>().unwrap());
    assert_eq!(
        told.sum::<usize>(),
        all.len(),
        "the log tells of every item and of no other"
    );
}

/// Every case has its item, the event that opened it, and, where it is decided, the event, the decision and the audit
/// entry; where it is not, none of the three.
async fn every_case_is_whole(node: &Node, token: &str, decided: &[Value]) {
    let mut done = Vec::new();
    for state in ["open", "decided"] {
        for line in node
            .read_all(&format!("/v1/cases?state={state}&"), token, "cases", "after")
            .await
        {
            let id = line["case"].as_str().unwrap();
            let case = node.read(&format!("/v1/cases/{id}"), token).await;
            let item = node
                .read(&format!("/v1/items/{}", line["item"].as_str().unwrap()), token)
                .await;
            assert_eq!(item["cases"], json!([id]));
            let events = case["events"].as_array().unwrap().iter();
            let events: Vec<&str> = events.map(|event| event["kind"].as_str().unwrap()).collect();
            let log = node.read(&format!("/v1/audit?case={id}"), token).await;
            let entries = log["entries"].as_array().unwrap().iter();
            let entries: Vec<&str> = entries.map(|entry| entry["action"].as_str().unwrap()).collect();
            if state == "open" {
                assert_eq!((events, entries), (vec!["opened"], vec![]), "half a decision of {id}");
                assert!(case["decision"].is_null(), "half a decision of {id}");
            } else {
                assert_eq!(
                    (events, entries),
                    (vec!["opened", "decided"], vec!["case.decide"]),
                    "half a decision of {id}"
                );
                assert_eq!(case["decision"]["outcome"], line["outcome"]);
                done.push(case["decision"].clone());
            }
        }
    }
    for decision in decided {
        assert!(done.contains(decision), "an answered decision is lost: {decision}");
    }
}
