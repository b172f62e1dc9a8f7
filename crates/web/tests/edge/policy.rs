//! The life of the policy over the API: drafted, checked, tried, put in force while items come in, taken back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anlanh_model::{Brake, Role, Scope};
use anlanh_web::{Limits, Route};
use futures_util::{StreamExt, stream};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::schema::Description;
use crate::support::{Server, header, json as body};

const ENTRY: &str = "[[entry]]\nid = \"sc1.prize\"\ncategory = \"SC1\"\nseverity = \"low\"\nmode = \"obfuscated\"\n\
                     phrases = [\"trúng thưởng\"]\nevidence = \"own\"\nhit = [\"trúng thưởng rồi\"]\n\
                     miss = [\"thưởng\"]\n";
const RULE: &str = "[[rule]]\nid = \"sc1.prize\"\ncategory = \"SC1\"\n\
                    title = { vi = \"Mồi trúng thưởng\", en = \"Prize bait\" }\n\
                    when = 'lexicon.count(\"sc1.prize\") > 0'\naction = \"review\"\nautomatic = false\n\
                    evidence = \"own\"\nhit = [\"trúng thưởng rồi\"]\nmiss = [\"thưởng\"]\n";
const BAIT: &str = "Bạn trúng thưởng rồi nhé";
const JSON: &str = "application/json";
const TOML: &str = "application/toml";
/// How long nobody who hands items in may have to wait, whatever happens to the policy.
const NO_PAUSE: Duration = Duration::from_secs(1);

/// A server and a token of somebody who answers for the rules.
struct Desk {
    server: Server,
    token: String,
    description: Description,
}

/// An answer of the API.
struct Answer {
    status: u16,
    tag: String,
    location: String,
    value: Value,
}

impl Answer {
    fn text(&self, pointer: &str) -> String {
        let found = self.value.pointer(pointer);
        let found = found.unwrap_or_else(|| panic!("no {pointer} in {}", self.value));
        found.as_str().unwrap().to_owned()
    }

    fn number(&self, pointer: &str) -> u64 {
        self.value.pointer(pointer).unwrap().as_u64().unwrap()
    }
}

impl Desk {
    async fn open() -> Self {
        Self::over(Server::start().await).await
    }

    async fn over(server: Server) -> Self {
        Self {
            token: server.token(&Scope::ALL, Some(Role::PolicyManager)).await,
            description: Description(body(server.get("/openapi.json").send().await.unwrap()).await),
            server,
        }
    }

    /// A request to a route, with the parameters of its path in order.
    fn to(&self, method: &str, route: Route, parameters: &[&str]) -> RequestBuilder {
        let mut parameters = parameters.iter();
        let path: String = route
            .path()
            .unwrap()
            .split('/')
            .skip(1)
            .map(|part| {
                let filled = part.starts_with('{').then(|| *parameters.next().unwrap());
                format!("/{}", filled.unwrap_or(part))
            })
            .collect();
        let url = self.server.url(&path);
        let request = self.server.client.request(method.parse().unwrap(), url);
        request.bearer_auth(&self.token)
    }

    /// Sends a request; what is answered is as it is described.
    async fn send(&self, method: &str, route: Route, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let (tag, location) = (
            header(&response, "etag").to_owned(),
            header(&response, "location").to_owned(),
        );
        let kind = header(&response, "content-type").to_owned();
        let value = if status == 204 {
            Value::Null
        } else {
            body(response).await
        };
        if kind == JSON {
            let path = route.path().unwrap().replace("{*", "{");
            let schema = self.description.answer(&path, &method.to_lowercase(), status, &kind);
            assert_eq!(
                self.description.faults(schema, &value),
                [""; 0],
                "{method} {path}: {value}"
            );
        }
        Answer {
            status,
            tag,
            location,
            value,
        }
    }

    async fn get(&self, route: Route, parameters: &[&str]) -> Answer {
        self.send("GET", route, self.to("GET", route, parameters)).await
    }

    async fn post(&self, route: Route, parameters: &[&str], sent: Value) -> Answer {
        let request = self.to("POST", route, parameters).header("content-type", JSON);
        self.send("POST", route, request.body(sent.to_string())).await
    }

    /// Writes TOML, as somebody who saw this state of the draft.
    async fn put(&self, route: Route, parameters: &[&str], seen: &str, toml: impl Into<reqwest::Body>) -> Answer {
        let request = self.to("PUT", route, parameters).header("content-type", TOML);
        self.send("PUT", route, request.header("if-match", seen).body(toml))
            .await
    }

    /// Adds a rule or an entry to a file.
    async fn add(&self, route: Route, draft: &str, id: &str, file: &str, seen: &str, toml: &str) -> Answer {
        let request = self.to("PUT", route, &[draft, &format!("{id}?file={file}")]);
        let request = request.header("content-type", TOML).header("if-match", seen);
        self.send("PUT", route, request.body(toml.to_owned())).await
    }

    async fn delete(&self, route: Route, parameters: &[&str], seen: &str) -> Answer {
        let request = self.to("DELETE", route, parameters).header("if-match", seen);
        self.send("DELETE", route, request).await
    }

    /// A new draft of what is in force, and its tag.
    async fn draft(&self) -> (String, String) {
        let from = self.server.version_in_force().await;
        let sent = json!({ "from": from, "note": "thêm mồi trúng thưởng" });
        let made = self.post(Route::BeginDraft, &[], sent).await;
        assert_eq!(made.status, 201);
        let draft = made.text("/id");
        assert_eq!(made.location, format!("/v1/policy/versions/{draft}"));
        (draft, made.tag)
    }

    /// A draft that knows of prizes, and its tag.
    async fn draft_of_prizes(&self) -> (String, String) {
        let (draft, tag) = self.draft().await;
        let id = "sc1.prize";
        let entry = self
            .add(Route::DraftEntry, &draft, id, "lexicon/sc1.toml", &tag, ENTRY)
            .await;
        assert_eq!(entry.status, 201, "{}", entry.value);
        let rule = self
            .add(Route::DraftRule, &draft, id, "rules/own.toml", &entry.tag, RULE)
            .await;
        assert_eq!(rule.status, 201, "{}", rule.value);
        (draft, rule.tag)
    }

    async fn keep(&self, text: &str) -> Value {
        let sent = json!({ "text": text }).to_string();
        let answer = self.server.call("POST", "/v1/items", &self.token).body(sent);
        body(answer.send().await.unwrap()).await
    }

    /// A trial, when it has ended.
    async fn ended(&self, trial: &str) -> Answer {
        loop {
            let answer = self.get(Route::Trial, &[trial]).await;
            if answer.text("/trial/state") != "running" && answer.value["judged"].is_null() {
                return answer;
            }
        }
    }

    /// Expects a problem.
    fn refused(&self, answer: &Answer, status: u16, code: &str) {
        assert_eq!(
            (answer.status, &answer.value["code"]),
            (status, &code.into()),
            "{}",
            answer.value
        );
        let schema = &self.description.0["components"]["schemas"]["Problem"];
        assert_eq!(
            self.description.faults(schema, &answer.value),
            [""; 0],
            "{}",
            answer.value
        );
    }
}

/// Somebody who hands in items without end, one after the other, each when the last was answered.
struct Stream {
    seen: mpsc::UnboundedReceiver<String>,
    stop: Arc<AtomicBool>,
    /// What judged, one after the other; and how many items there were.
    done: tokio::task::JoinHandle<(Vec<String>, u64)>,
}

impl Stream {
    async fn begin(desk: &Desk) -> Self {
        let (lines, waiting) = mpsc::channel::<String>(1);
        let body = stream::unfold(waiting, |mut waiting| async {
            let line = waiting.recv().await?;
            Some((Ok::<_, std::io::Error>(line), waiting))
        });
        let request = desk.server.client.post(desk.server.url("/v1/items/batch"));
        let request = request
            .bearer_auth(&desk.token)
            .header("content-type", "application/x-ndjson");
        let line = format!("{}\n", json!({ "text": BAIT }));
        lines.send(line.clone()).await.unwrap();
        let answer = request.body(reqwest::Body::wrap_stream(body)).send().await.unwrap();
        let mut answers = answer.bytes_stream();
        let (tell, seen) = mpsc::unbounded_channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = async move {
            let (mut judged, mut count) = (Vec::new(), 0);
            loop {
                let answer = timeout(NO_PAUSE, answers.next()).await.expect("no pause");
                let answer: Value = serde_json::from_slice(&answer.unwrap().unwrap()).unwrap();
                assert_eq!(answer.get("error"), None, "{answer}");
                let digest = answer["verdict"]["pack"]["digest"].as_str().unwrap();
                let found = answer["verdict"]["reasons"].as_array().unwrap().len();
                judged.push(format!("{digest} {found}"));
                judged.dedup();
                tell.send(format!("{digest} {found}")).unwrap();
                count += 1;
                if stopped.load(Ordering::Relaxed) {
                    return (judged, count);
                }
                lines.send(line.clone()).await.unwrap();
            }
        };
        Self {
            seen,
            stop,
            done: tokio::runtime::Handle::current().spawn(work),
        }
    }

    /// Waits until something was judged by this pack, with so many reasons; what it was before is passed over.
    async fn judged_by(&mut self, digest: &str, reasons: usize) {
        let wanted = format!("{digest} {reasons}");
        while self.seen.recv().await.expect("the stream goes on") != wanted {}
    }

    /// Ends it; what judged, one after the other, and how many items there were.
    async fn end(self) -> (Vec<String>, u64) {
        self.stop.store(true, Ordering::Relaxed);
        self.done.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_lives_from_its_draft_to_the_roll_back_while_items_stream_in() {
    let desk = Desk::open().await;
    let first = desk.get(Route::Policy, &[]).await;
    let (first, old) = (first.text("/in_force/id"), first.text("/in_force/digest"));
    let kept = desk.keep(BAIT).await;
    assert_eq!(kept["verdict"]["action"], "allow");
    let (draft, tag) = desk.draft_of_prizes().await;
    let new = tag.trim_matches('"').to_owned();

    let checked = desk.post(Route::CheckVersion, &[&draft], Value::Null).await;
    assert_eq!(
        checked.value,
        json!({ "good": true, "mistakes": [], "examples": 12, "failures": [] })
    );
    assert_eq!(checked.tag, tag);

    let shadow = desk.post(Route::ShadowVersion, &[&draft], Value::Null).await;
    assert_eq!((shadow.status, shadow.text("/shadow/version")), (200, draft.clone()));
    let trial = shadow.text("/shadow/trial");
    assert_eq!(desk.keep(BAIT).await["verdict"]["action"], "allow", "nobody is told");
    let found = desk.get(Route::Trial, &[&trial]).await;
    assert_eq!(
        found.value["actions"],
        json!([{ "from": "allow", "to": "review", "items": 1 }])
    );
    assert_eq!(
        (found.text("/rules/0/rule"), found.number("/rules/0/gained")),
        ("sc1.prize".to_owned(), 1)
    );

    let begun = desk.post(Route::BacktestVersion, &[&draft], Value::Null).await;
    let back_test = begun.text("/trial");
    assert_eq!(
        (begun.status, begun.location),
        (202, format!("/v1/policy/trials/{back_test}"))
    );
    let ended = desk.ended(&back_test).await;
    assert_eq!(
        (ended.text("/trial/state"), ended.number("/trial/items")),
        ("done".to_owned(), 2)
    );
    let items = desk.get(Route::TrialItems, &[&back_test]).await;
    assert_eq!(
        (items.text("/items/1/item"), items.text("/items/1/text")),
        (kept["item"].as_str().unwrap().to_owned(), BAIT.to_owned())
    );

    let mut stream = Stream::begin(&desk).await;
    stream.judged_by(&old, 0).await;
    let start = Instant::now();
    let enforced = desk
        .post(Route::EnforceVersion, &[&draft], json!({ "note": "đã chạy thử" }))
        .await;
    let took = start.elapsed();
    assert_eq!(
        enforced.value,
        json!({ "version": draft, "digest": new, "shadow": null })
    );
    assert!(took < Duration::from_secs(1), "{took:?}");
    stream.judged_by(&new, 1).await;
    // The overview tells the same, and what is in force is no draft any more.
    let overview = desk.get(Route::Policy, &[]).await;
    assert_eq!(
        (overview.text("/in_force/id"), overview.text("/before/id")),
        (draft.clone(), first.clone())
    );
    assert_eq!(overview.text("/in_force/state"), "sealed");

    let rolled_back = desk.post(Route::RollBack, &[], json!({ "note": "báo nhầm" })).await;
    assert_eq!(rolled_back.text("/version"), first);
    stream.judged_by(&old, 0).await;
    let (judged, streamed) = stream.end().await;
    assert_eq!(judged, [format!("{old} 0"), format!("{new} 1"), format!("{old} 0")]);

    let listed = desk.get(Route::Steps, &[]).await;
    let steps: Vec<&str> = listed.value["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["roll-back", "enforce", "end-shadow", "shadow", "load"]);
    let kept = desk.server.call("GET", "/v1/items?limit=200", &desk.token);
    let kept = body(kept.send().await.unwrap()).await;
    let kept = kept["items"].as_array().unwrap();
    assert!(kept.len() == 200 || kept.len() as u64 == streamed + 2);
    for item in kept {
        let replayed = desk
            .post(Route::Replay, &[item["item"].as_str().unwrap()], Value::Null)
            .await;
        assert_eq!(replayed.value["same"], true, "{}", replayed.value);
        assert_eq!(
            replayed.value["then"]["pack"]["digest"],
            replayed.value["version"]["digest"]
        );
    }
}

#[tokio::test]
async fn two_people_do_not_write_over_each_other() {
    let desk = Desk::open().await;
    let (draft, tag) = desk.draft().await;
    let file = [draft.as_str(), "rules/own.toml"];
    let written = desk.put(Route::VersionFile, &file, &tag, RULE).await;
    assert_eq!(written.status, 201, "a file it did not have");
    let written = desk.put(Route::VersionFile, &file, &written.tag, RULE).await;
    assert_eq!(written.status, 200, "in place of the one of that path");
    assert_ne!(written.tag, tag);
    let read = desk.to("GET", Route::VersionFile, &file).send().await.unwrap();
    assert_eq!(
        (header(&read, "content-type"), header(&read, "etag")),
        ("text/plain; charset=utf-8", written.tag.as_str())
    );
    assert_eq!(read.text().await.unwrap(), RULE);

    desk.refused(
        &desk.put(Route::VersionFile, &file, &tag, "").await,
        412,
        "draft-changed",
    );
    desk.refused(
        &desk.delete(Route::VersionFile, &file, &tag).await,
        412,
        "draft-changed",
    );
    desk.refused(
        &desk.delete(Route::DraftRule, &[&draft, "sc1.prize"], &tag).await,
        412,
        "draft-changed",
    );
    for tag in [
        "",
        "*",
        "W/\"a\"",
        &format!("{}, {tag}", written.tag),
        &written.tag[1..],
    ] {
        desk.refused(
            &desk.put(Route::VersionFile, &file, tag, "").await,
            428,
            "precondition-required",
        );
    }
    let nothing = desk.to("DELETE", Route::VersionFile, &file);
    desk.refused(
        &desk.send("DELETE", Route::VersionFile, nothing).await,
        428,
        "precondition-required",
    );

    let version = desk.get(Route::Version, &[&draft]).await;
    assert_eq!(version.tag, written.tag);
    let files = version.value["files"].as_array().unwrap();
    assert!(files.contains(&json!({ "path": "rules/own.toml", "bytes": RULE.len() })));
    let removed = desk
        .delete(Route::DraftRule, &[&draft, "sc1.prize"], &written.tag)
        .await;
    assert_eq!(removed.status, 200);
    let removed = desk.delete(Route::VersionFile, &file, &removed.tag).await;
    assert_eq!((removed.status, &removed.tag), (200, &tag), "it is as it was");
}

#[tokio::test]
async fn what_is_wrong_with_a_draft_is_said_with_its_place() {
    let desk = Desk::open().await;
    let (draft, tag) = desk.draft_of_prizes().await;
    let rule = [draft.as_str(), "sc1.prize"];
    let note = || json!({ "note": "thử" });

    let wrong = RULE.replace("> 0'", ">'");
    let written = desk.put(Route::DraftRule, &rule, &tag, wrong).await;
    assert_eq!(written.status, 200, "a rule it had");
    let tag = written.tag;
    let checked = desk.post(Route::CheckVersion, &[&draft], Value::Null).await;
    assert_eq!(
        (&checked.value["good"], &checked.value["mistakes"][0]["line"]),
        (&false.into(), &5.into())
    );
    for (route, sent) in [
        (Route::EnforceVersion, note()),
        (Route::ShadowVersion, Value::Null),
        (Route::BacktestVersion, Value::Null),
    ] {
        let refused = desk.post(route, &[&draft], sent).await;
        desk.refused(&refused, 422, "pack-mistakes");
        assert_eq!(refused.value["mistakes"], checked.value["mistakes"]);
    }

    let failing = RULE.replace("miss = [\"thưởng\"]", "miss = [\"trúng thưởng\"]");
    let tag = desk.put(Route::DraftRule, &rule, &tag, failing).await.tag;
    let checked = desk.post(Route::CheckVersion, &[&draft], Value::Null).await;
    assert_eq!(
        (&checked.value["good"], &checked.value["failures"][0]["id"]),
        (&false.into(), &"sc1.prize".into())
    );
    for (route, sent) in [(Route::EnforceVersion, note()), (Route::ShadowVersion, Value::Null)] {
        let refused = desk.post(route, &[&draft], sent).await;
        desk.refused(&refused, 422, "pack-examples");
        assert_eq!(refused.value["mistakes"].as_array().unwrap().len(), 1);
    }

    let file = [draft.as_str(), "rules/own.toml"];
    let tag = desk.put(Route::VersionFile, &file, &tag, "[[rule]\n").await.tag;
    let refused = desk
        .add(Route::DraftRule, &draft, "sc1.prize", file[1], &tag, RULE)
        .await;
    desk.refused(&refused, 422, "not-toml");
    desk.refused(
        &desk.put(Route::DraftRule, &rule, &tag, RULE).await,
        404,
        "no-such-thing",
    );
    desk.refused(
        &desk.put(Route::DraftRule, &[&draft, "sc1.otp"], &tag, " \n").await,
        422,
        "bad-text",
    );
    for path in ["..%2Fa.toml", "a/b/c.toml", "a.txt", ".a.toml"] {
        let refused = desk.put(Route::VersionFile, &[&draft, path], &tag, "").await;
        desk.refused(&refused, 422, "bad-path");
    }
    desk.refused(
        &desk.put(Route::VersionFile, &file, &tag, b"\xff".as_slice()).await,
        400,
        "not-utf8",
    );
    let of_no_type = desk
        .to("PUT", Route::VersionFile, &file)
        .header("if-match", &tag)
        .body("");
    desk.refused(
        &desk.send("PUT", Route::VersionFile, of_no_type).await,
        415,
        "unsupported-media-type",
    );
    desk.refused(
        &desk
            .delete(Route::VersionFile, &[&draft, "rules/none.toml"], &tag)
            .await,
        404,
        "no-such-thing",
    );
    assert_eq!(
        desk.get(Route::Version, &[&draft]).await.tag,
        tag,
        "nothing of this was written"
    );
}

#[tokio::test]
async fn steps_that_cannot_be_taken_are_refused() {
    let desk = Desk::open().await;
    let live = desk.server.version_in_force().await;
    let note = || json!({ "note": "thử" });
    let tag = desk.get(Route::Version, &[&live]).await.tag;
    desk.refused(
        &desk.post(Route::EnforceVersion, &[&live], note()).await,
        409,
        "version-in-force",
    );
    desk.refused(
        &desk.post(Route::ShadowVersion, &[&live], note()).await,
        409,
        "version-in-force",
    );
    desk.refused(
        &desk.put(Route::VersionFile, &[&live, "a.toml"], &tag, "").await,
        409,
        "version-sealed",
    );
    desk.refused(
        &desk.post(Route::DiscardDraft, &[&live], Value::Null).await,
        409,
        "version-sealed",
    );
    desk.refused(&desk.post(Route::RollBack, &[], note()).await, 404, "no-such-thing");
    desk.refused(
        &desk.post(Route::EndShadow, &[], Value::Null).await,
        404,
        "no-such-thing",
    );

    let (draft, tag) = desk.draft_of_prizes().await;
    assert_eq!(
        desk.post(Route::ShadowVersion, &[&draft], Value::Null).await.status,
        200
    );
    desk.refused(
        &desk.put(Route::VersionFile, &[&draft, "a.toml"], &tag, "").await,
        409,
        "version-sealed",
    );
    let ended = desk.post(Route::EndShadow, &[], Value::Null).await;
    assert_eq!((ended.text("/version"), &ended.value["shadow"]), (live, &Value::Null));

    let (draft, _) = desk.draft().await;
    assert_eq!(desk.post(Route::DiscardDraft, &[&draft], Value::Null).await.status, 204);
    for (route, sent) in [
        (Route::DiscardDraft, Value::Null),
        (Route::EnforceVersion, note()),
        (Route::BacktestVersion, Value::Null),
    ] {
        desk.refused(&desk.post(route, &[&draft], sent).await, 409, "version-sealed");
    }
    for bad in [json!({}), json!({ "note": 1 }), json!({ "note": "a", "more": 1 })] {
        desk.refused(&desk.post(Route::EnforceVersion, &[&draft], bad).await, 422, "bad-body");
    }
    for note in ["", " \n", &"a".repeat(2_001)] {
        desk.refused(
            &desk
                .post(Route::EnforceVersion, &[&draft], json!({ "note": note }))
                .await,
            422,
            "bad-text",
        );
    }
    let unknown = "06d4y1tgqz7v0";
    for id in [unknown, "nothing"] {
        desk.refused(&desk.get(Route::Version, &[id]).await, 404, "no-such-thing");
        desk.refused(
            &desk.get(Route::VersionFile, &[id, "pack.toml"]).await,
            404,
            "no-such-thing",
        );
        desk.refused(
            &desk.post(Route::EnforceVersion, &[id], json!({ "note": "a" })).await,
            404,
            "no-such-thing",
        );
        desk.refused(&desk.get(Route::Trial, &[id]).await, 404, "no-such-thing");
        desk.refused(&desk.get(Route::TrialItems, &[id]).await, 404, "no-such-thing");
        desk.refused(
            &desk.post(Route::StopTrial, &[id], Value::Null).await,
            404,
            "no-such-thing",
        );
        desk.refused(
            &desk.post(Route::Replay, &[id], Value::Null).await,
            404,
            "no-such-thing",
        );
    }
    desk.refused(
        &desk.get(Route::VersionFile, &[&draft, "none.toml"]).await,
        404,
        "no-such-thing",
    );
    let from = json!({ "from": unknown, "note": "a" });
    desk.refused(&desk.post(Route::BeginDraft, &[], from).await, 404, "no-such-thing");
    desk.refused(
        &desk
            .post(Route::BeginDraft, &[], json!({ "from": "x", "note": "a" }))
            .await,
        422,
        "bad-body",
    );
}

#[tokio::test]
async fn what_cannot_be_judged_again_is_said() {
    let desk = Desk::open().await;
    let kept = desk.keep(BAIT).await;
    let item = [kept["item"].as_str().unwrap()];
    assert_eq!(desk.post(Route::Replay, &item, Value::Null).await.value["same"], true);
    // A list of that time is gone from the shelf, and what judged is in memory no more.
    let (draft, _) = desk.draft_of_prizes().await;
    assert_eq!(
        desk.post(Route::EnforceVersion, &[&draft], json!({ "note": "xong" }))
            .await
            .status,
        200
    );
    desk.server.tamper("UPDATE engine SET lists = 'xau=00'").await;
    desk.refused(&desk.post(Route::Replay, &item, Value::Null).await, 409, "list-gone");
    desk.server.tamper("UPDATE engine SET lists = ''").await;
    desk.server.tamper("DELETE FROM item_content").await;
    desk.refused(&desk.post(Route::Replay, &item, Value::Null).await, 410, "erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_back_test_runs_at_a_time_and_can_be_stopped() {
    let desk = Desk::open().await;
    // Long enough that it still runs when the next one is asked for.
    let long = "trúng thưởng rồi nhé ".repeat(2_000);
    for _ in 0..20 {
        desk.keep(&long).await;
    }
    let (draft, _) = desk.draft_of_prizes().await;
    let trial = desk
        .post(Route::BacktestVersion, &[&draft], Value::Null)
        .await
        .text("/trial");
    desk.refused(
        &desk.post(Route::BacktestVersion, &[&draft], Value::Null).await,
        409,
        "trial-runs",
    );
    let running = desk.get(Route::Trial, &[&trial]).await;
    assert_eq!(
        (running.text("/trial/state"), running.number("/kept")),
        ("running".to_owned(), 20)
    );
    assert_eq!(desk.post(Route::StopTrial, &[&trial], Value::Null).await.status, 202);
    assert_eq!(desk.ended(&trial).await.text("/trial/state"), "stopped");
    desk.refused(
        &desk.post(Route::StopTrial, &[&trial], Value::Null).await,
        404,
        "no-such-thing",
    );
}

#[tokio::test]
async fn rules_tell_how_they_do_and_are_braked() {
    let desk = Desk::open().await;
    let kept = desk.keep("Liên hệ 0912 345 678").await;
    assert_eq!(kept["verdict"]["action"], "limit");
    let rules = desk.get(Route::Rules, &[]).await;
    let mobile = &rules.value["rules"][2];
    assert_eq!(
        mobile["definition"],
        json!({
            "title": { "vi": "Số điện thoại", "en": "Telephone number" },
            "category": "PD", "action": "limit", "automatic": true,
        })
    );
    assert_eq!((&mobile["hits"], &mobile["precision"]["open"]), (&1.into(), &1.into()));
    assert_eq!(
        (&mobile["precision"]["share"], &mobile["precision"]["interval"]),
        (&Value::Null, &Value::Null)
    );
    let usual = json!({ "per_hour": Brake::DEFAULT_PER_HOUR, "used": 1 });
    assert_eq!(mobile["brake"], usual);
    assert_eq!(rules.value["rules"][0]["brake"]["used"], 0);

    let brake = async |per_hour: Value| {
        let request = desk
            .to("PUT", Route::SetBrake, &["pd.mobile"])
            .header("content-type", JSON);
        let sent = json!({ "per_hour": per_hour }).to_string();
        desk.send("PUT", Route::SetBrake, request.body(sent)).await
    };
    let described = "/components/schemas/BrakeIn/properties/per_hour/maximum";
    assert_eq!(desk.description.0.pointer(described), Some(&Brake::MAX_PER_HOUR.into()));
    assert_eq!(brake(Brake::MAX_PER_HOUR.into()).await.status, 204);
    desk.refused(&brake((Brake::MAX_PER_HOUR + 1).into()).await, 422, "bad-brake");
    desk.refused(&brake((-1).into()).await, 422, "bad-body");
    assert_eq!(brake(1.into()).await.status, 204);
    let held = desk.keep("Liên hệ 0912 345 678").await;
    assert_eq!(
        (&held["verdict"]["action"], &held["verdict"]["braked"]),
        (&"review".into(), &json!(["pd.mobile"]))
    );

    let sent = json!({ "outcome": "no_violation", "facts": "số của cửa hàng" }).to_string();
    let path = format!("/v1/cases/{}/decision", held["case"].as_str().unwrap());
    let decided = desk
        .server
        .call("POST", &path, &desk.token)
        .body(sent)
        .send()
        .await
        .unwrap();
    assert_eq!(decided.status().as_u16(), 200);
    let rule = desk.get(Route::Rule, &["pd.mobile"]).await;
    let told = &rule.value["rule"];
    assert_eq!(
        (&told["hits"], &told["braked"], &told["precision"]["rejected"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(told["precision"]["share"], json!(0.0));
    assert_eq!(rule.text("/recent/0/item"), held["item"].as_str().unwrap());
    desk.refused(&desk.get(Route::Rule, &["none"]).await, 404, "no-such-thing");

    // Figures are for whoever may read the policy; which items, for whoever may read items.
    let token = desk.server.token(&[Scope::PolicyRead], None).await;
    let answer = desk
        .server
        .call("GET", "/v1/policy/rules/pd.mobile", &token)
        .send()
        .await
        .unwrap();
    let seen = body(answer).await;
    assert_eq!((&seen["rule"], &seen["recent"]), (told, &json!([])));
}

#[tokio::test]
async fn a_file_of_a_pack_may_be_larger_than_any_other_body() {
    let desk = Desk::open().await;
    let (draft, tag) = desk.draft().await;
    let file = [draft.as_str(), "rules/large.toml"];
    let large = "#".repeat(Limits::PACK_FILE_BYTES);
    let written = desk.put(Route::VersionFile, &file, &tag, large.clone()).await;
    assert_eq!(written.status, 201);
    desk.refused(
        &desk.put(Route::VersionFile, &file, &written.tag, large + "#").await,
        413,
        "pack-too-large",
    );

    let of_size = |bytes: usize| {
        let sent = json!({ "note": "thử" }).to_string();
        let rest = " ".repeat(bytes - sent.len());
        let request = desk.to("POST", Route::RollBack, &[]).header("content-type", JSON);
        desk.send("POST", Route::RollBack, request.body(sent + &rest))
    };
    let limit = anlanh_api::limits::MAX_ITEM_BYTES;
    desk.refused(&of_size(limit).await, 404, "no-such-thing");
    desk.refused(&of_size(limit + 1).await, 413, "too-large");
}

#[tokio::test]
async fn pages_of_versions_and_steps_go_on() {
    let desk = Desk::open().await;
    for _ in 0..3 {
        desk.draft().await;
    }
    let page = async |query: &str| {
        let path = format!("/v1/policy/versions?{query}");
        let request = desk.server.call("GET", &path, &desk.token);
        desk.send("GET", Route::Versions, request).await
    };
    let first = page("limit=2").await;
    let second = page(&format!("limit=2&before={}", first.text("/next"))).await;
    assert_eq!(
        (first.text("/versions/0/state"), second.text("/versions/1/state")),
        ("draft".to_owned(), "loaded".to_owned())
    );
    assert_eq!(page("limit=200").await.value["next"], Value::Null);
    for bad in ["limit=0", "limit=201", "before=x"] {
        desk.refused(&page(bad).await, 400, "bad-query");
    }
    let overview = desk.get(Route::Policy, &[]).await;
    assert_eq!(overview.value["drafts"].as_array().unwrap().len(), 3);
}
