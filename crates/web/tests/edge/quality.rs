//! How the work of people is measured, over HTTP and in the browser: nobody who decides blind finds what others decided.

use anlanh_model::{Role, Scope};
use anlanh_web::{Limits, Route};
use serde_json::{Value, json};

use crate::browser::{browser, check_calm, check_contrast};
use crate::console::account;
use crate::schema::Description;
use crate::support::{Server, Session, json as body, on_each};

const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";
/// What the first decision says, and nothing else does.
const MARK: &str = "nhận ra ngay vì số 7731 quen thuộc";
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const SPACE: char = ' ';

/// The people and machines of a test.
struct Shift {
    server: Server,
    platform: String,
    auditor: String,
    manager: String,
    lan: String,
    minh: String,
}

impl Shift {
    async fn begin(server: Server) -> Self {
        let work: &'static [Scope] = &[Scope::CasesRead, Scope::CasesWrite, Scope::ItemsRead];
        Self {
            platform: server.token(&[Scope::ItemsWrite, Scope::CasesRead], None).await,
            auditor: server.token(&Scope::ALL, Some(Role::Auditor)).await,
            manager: server.token(&Scope::ALL, Some(Role::PolicyManager)).await,
            lan: server.token(work, Some(Role::Reviewer)).await,
            minh: server.token(work, Some(Role::Reviewer)).await,
            server,
        }
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let answer = self.server.call("GET", path, token).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        body(answer).await
    }

    async fn post(&self, path: &str, token: &str, sent: Value) -> (u16, Value) {
        let answer = self
            .server
            .call("POST", path, token)
            .body(sent.to_string())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), body(answer).await)
    }

    async fn shares(&self, second_review: u8, golden: u8) {
        let shares = json!({ "second_review_percent": second_review, "golden_percent": golden });
        let (status, kept) = self.post("/v1/quality", &self.manager, shares.clone()).await;
        assert_eq!((status, kept), (200, shares));
    }

    /// A new case.
    async fn open(&self, text: &str) -> String {
        let item = json!({ "text": text, "author": { "ref": "u-9", "age_days": 2 } });
        let (_, kept) = self.post("/v1/items", &self.platform, item).await;
        kept["case"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, case: &str, token: &str, verdict: &Value) -> Value {
        let (status, decision) = self
            .post(&format!("/v1/cases/{case}/decision"), token, verdict.clone())
            .await;
        assert_eq!(status, 200, "{decision}");
        decision
    }

    /// Decides new cases, each with facts of its own, until one is drawn: its decision, and the case that was opened.
    async fn decide_until_drawn(&self, token: &str, verdict: &Value) -> (Value, String) {
        for n in 0..100 {
            let case = self.open(BAIT).await;
            let mut verdict = verdict.clone();
            verdict["facts"] = json!(format!("{} (lần {n}.)", verdict["facts"].as_str().unwrap()));
            let decision = self.decide(&case, token, &verdict).await;
            let open = self.get("/v1/cases", &self.auditor).await;
            if let Some(drawn) = open["cases"][0]["case"].as_str() {
                return (decision, drawn.to_owned());
            }
        }
        panic!("half of the decisions are drawn, and of 100 none was");
    }
}

fn removal(facts: &str) -> Value {
    json!({ "outcome": "remove", "category": "SC1", "facts": facts })
}

fn innocence(facts: &str) -> Value {
    json!({ "outcome": "no_violation", "facts": facts })
}

/// What is asked of some routes besides.
const QUERIES: [(&[Route], &[&str]); 5] = [
    (
        &[Route::Cases, Route::Queue],
        &["?state=decided", "?category=SC1", "?rule=sc1.otp", "?holder=nobody"],
    ),
    (&[Route::Items, Route::ItemsPage], &["?q=ma+otp"]),
    (&[Route::FiguresPage], &["?days=7"]),
    (&[Route::Subject], &["?reference=u-9"]),
    (&[Route::SubjectPage], &["?kind=account&reference=u-9"]),
];

/// Everything that a person can get, with a session and with a token: the address and what it answers.
async fn everything(shift: &Shift, session: &Session, token: &str, case: &str, item: &str) -> Vec<(String, String)> {
    let (mut seen, mut found) = (Vec::new(), 0);
    for route in Route::ALL
        .iter()
        .copied()
        .filter(|route| route.methods().contains(&get()))
    {
        let path = route
            .path()
            .unwrap()
            .replace("{case}", case)
            .replace("{item}", item)
            .replace("{rule}", "sc1.otp")
            .replace("{entry}", "sc1.otp")
            .replace("{kind}", "account");
        let more: Vec<&str> = QUERIES
            .iter()
            .filter(|(asked, _)| asked.contains(&route))
            .flat_map(|(_, queries)| queries.iter().copied())
            .collect();
        for query in std::iter::once("").chain(more) {
            let path = format!("{path}{query}");
            let answer = if route.needs_session() {
                shift.server.page(&path, session).await
            } else {
                shift.server.call("GET", &path, token).send().await.unwrap()
            };
            found += usize::from(answer.status().as_u16() == 200);
            seen.push((path, answer.text().await.unwrap()));
        }
    }
    assert!(found > 25, "{found}: {seen:?}");
    seen
}

fn get() -> reqwest::Method {
    reqwest::Method::GET
}

#[tokio::test]
async fn the_first_decision_is_nowhere_until_both_are_in() {
    on_each(async |target| {
        let server = Server::of(crate::pack::policy(), Some(target), Limits::default()).await;
        let shift = Shift::begin(server).await;
        shift.shares(50, 0).await;
        let (first, second) = shift.decide_until_drawn(&shift.lan, &removal(MARK)).await;
        let text = |field: &str| first[field].as_str().unwrap().to_owned();
        let (decision, case, item, facts) = (text("decision"), text("case"), text("item"), text("facts"));
        // Nobody who might decide it finds anything of it.
        for role in [Role::Reviewer, Role::PolicyManager] {
            let session = shift.server.session(role).await;
            let token = shift.server.token(&Scope::ALL, Some(role)).await;
            for (path, answer) in everything(&shift, &session, &token, &second, &item).await {
                for secret in [&facts, &decision, &case] {
                    assert!(!answer.contains(secret), "{role} finds {secret} at {path}: {answer}");
                }
            }
            let hidden = shift
                .server
                .call("GET", &format!("/v1/cases/{case}"), &token)
                .send()
                .await
                .unwrap();
            assert_eq!(hidden.status().as_u16(), 404);
            let hidden = shift.server.page(&format!("/console/cases/{case}"), &session).await;
            assert_eq!(hidden.status().as_u16(), 404);
            let (status, _) = shift
                .post(&format!("/v1/cases/{case}/note"), &token, json!({ "note": "x" }))
                .await;
            assert_eq!(status, 404);
            let open = shift.get("/v1/cases", &token).await;
            assert_eq!(open["cases"][0]["case"], second.as_str());
            assert_eq!(
                shift.get(&format!("/v1/items/{item}"), &token).await["cases"],
                json!([second])
            );
        }
        // Whoever decided first does not meet it again, and is told why if they try.
        assert_eq!(shift.get("/v1/cases", &shift.lan).await["cases"], json!([]));
        let (status, refused) = shift
            .post(&format!("/v1/cases/{second}/take"), &shift.lan, json!({}))
            .await;
        assert_eq!((status, &refused["code"]), (409, &json!("case-first-decider")));
        // The platform acts on the first decision at once, and knows of no other.
        assert_eq!(
            shift.get("/v1/decisions", &shift.platform).await["decisions"][0]["decision"],
            decision.as_str()
        );
        assert_eq!(shift.get("/v1/cases", &shift.platform).await["cases"], json!([]));

        let minh = shift.server.session(Role::Reviewer).await;
        shift
            .decide(&second, &shift.minh, &innocence("hai người bạn đùa nhau"))
            .await;
        let seen = everything(&shift, &minh, &shift.minh, &case, &item).await;
        assert!(seen.iter().any(|(_, answer)| answer.contains(&facts)), "both are in");
        assert!(
            seen.iter()
                .any(|(path, answer)| path == "/v1/decisions" && answer.contains(&second))
        );
        shift.server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_golden_case_tells_nobody_what_it_is() {
    on_each(async |target| {
        let server = Server::of(crate::pack::policy(), Some(target), Limits::default()).await;
        let shift = Shift::begin(server).await;
        let known = shift.open(BAIT).await;
        shift.decide(&known, &shift.lan, &removal(MARK)).await;
        let hoa = shift.server.session(Role::PolicyManager).await;
        let html = shift
            .server
            .page(&format!("/console/cases/{known}"), &hoa)
            .await
            .text()
            .await
            .unwrap();
        assert!(html.contains(&format!("action=\"/console/cases/{known}/golden\"")));
        let reviewer = shift.server.session(Role::Reviewer).await;
        let plain = shift
            .server
            .page(&format!("/console/cases/{known}"), &reviewer)
            .await
            .text()
            .await
            .unwrap();
        assert!(!plain.contains("golden"), "reviewers set none");
        let set = [
            ("golden-outcome", "remove"),
            ("golden-category", "SC1"),
            ("note", "mẫu 4242 điển hình"),
        ];
        let done = shift
            .server
            .submit(&format!("/console/cases/{known}/golden"), &hoa, &set)
            .await;
        assert_eq!(done.status().as_u16(), 303);
        let html = shift.server.page("/console/quality", &hoa).await.text().await.unwrap();
        assert!(html.contains("mẫu 4242 điển hình") && html.contains(&known));

        shift.server.wait_minutes(2 * 24 * 60);
        shift.shares(0, 50).await;
        let hoa = shift.server.session(Role::PolicyManager).await;
        let minh = shift.server.session(Role::Reviewer).await;
        let (_, golden) = shift.decide_until_drawn(&shift.lan, &innocence("không có gì")).await;
        let shown = shift.get(&format!("/v1/cases/{golden}"), &shift.minh).await;
        let item = shown["item"].as_str().unwrap();
        for (path, answer) in everything(&shift, &minh, &shift.minh, &golden, item).await {
            let told = ["4242", "7731", known.as_str(), "\"golden", "second-review", "Mẫu chuẩn"];
            let described = path == "/openapi.json" || path == "/metrics" || path.starts_with("/assets/");
            assert!(
                described || told.iter().all(|word| !answer.contains(word)),
                "{path}: {answer}"
            );
        }
        assert_eq!((&shown["cause"], &shown["rule"]), (&json!("review"), &json!("sc1.otp")));
        shift
            .decide(&golden, &shift.minh, &innocence("tôi thấy bình thường"))
            .await;
        let figures = shift.get("/v1/quality", &shift.manager).await;
        assert_eq!(
            (&figures["golden"]["right"], &figures["golden"]["of"]),
            (&json!(0), &json!(1))
        );
        assert_eq!(figures["reviewers"][0]["golden"]["of"], 1);
        // It took no effect: the platform sees the one decision of each item, and the figures count it nowhere.
        let decisions = shift.get("/v1/decisions?limit=200", &shift.platform).await;
        assert!(!decisions.to_string().contains(&golden));
        let withdraw = format!("/console/quality/golden/{item}/withdraw");
        assert_eq!(shift.server.submit(&withdraw, &hoa, &[]).await.status().as_u16(), 303);
        assert_eq!(shift.server.submit(&withdraw, &hoa, &[]).await.status().as_u16(), 404);
        assert_eq!(shift.get("/v1/quality", &shift.manager).await["golden"]["of"], 0);
        shift.server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn figures_are_as_described_and_shares_have_a_limit() {
    let server = Server::start().await;
    let description = Description(body(server.get("/openapi.json").send().await.unwrap()).await);
    let shift = Shift::begin(server).await;
    let check = |figures: &Value| {
        let schema = description.answer("/v1/quality", "get", 200, "application/json");
        assert_eq!(description.faults(schema, figures), [""; 0], "{figures}");
    };
    check(&shift.get("/v1/quality", &shift.manager).await);
    shift.shares(50, 50).await;
    let (_, second) = shift.decide_until_drawn(&shift.lan, &removal(MARK)).await;
    shift.decide(&second, &shift.minh, &innocence("đùa")).await;
    let figures = shift.get("/v1/quality?days=366", &shift.manager).await;
    check(&figures);
    assert_eq!(
        (&figures["agreement"]["pairs"], &figures["agreement"]["observed"]),
        (&json!(1), &json!(0.0))
    );
    assert_eq!(figures["weeks"][0]["monday"], "2026-09-21");
    assert_eq!(figures["disagreements"], 1);
    for bad in ["days=367", "days=0", "days=x"] {
        let path = format!("/v1/quality?{bad}");
        let refused = shift.server.call("GET", &path, &shift.manager).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 400, "{bad}");
    }
    for (second_review, golden, status) in [(50, 0, 200), (51, 0, 400), (0, 51, 400), (-1, 0, 422), (256, 0, 422)] {
        let sent = json!({ "second_review_percent": second_review, "golden_percent": golden });
        assert_eq!(
            shift.post("/v1/quality", &shift.manager, sent).await.0,
            status,
            "{second_review} {golden}"
        );
    }
    let hoa = shift.server.session(Role::PolicyManager).await;
    for (percent, status) in [("50", 303), ("51", 400), ("", 400)] {
        let fields = [("second_review", percent), ("golden", "0")];
        let set = shift.server.submit("/console/quality/shares", &hoa, &fields).await;
        assert_eq!(set.status().as_u16(), status, "{percent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_manager_weighs_two_decisions_with_the_keyboard() {
    let Some(browser) = browser().await else { return };
    for (width, height, name) in [(1280, 900, "desk"), (390, 844, "phone")] {
        let shift = Shift::begin(Server::start().await).await;
        account(&shift.server, "hoa", Role::PolicyManager).await;
        shift.shares(50, 0).await;
        for (facts, agrees) in [
            (MARK, false),
            ("hứa thưởng để lấy mã", true),
            ("giả danh ngân hàng", false),
        ] {
            let (_, second) = shift.decide_until_drawn(&shift.lan, &removal(facts)).await;
            let given = if agrees {
                removal("lừa lấy mã OTP")
            } else {
                innocence("hai người quen nhau, chỉ là đùa")
            };
            shift.decide(&second, &shift.minh, &given).await;
        }
        shift.shares(0, 0).await;
        let known = shift.open(BAIT).await;
        shift
            .decide(&known, &shift.lan, &removal("hỏi mã OTP, hứa thưởng"))
            .await;
        browser.resize(width, height).await;
        browser.forget().await;
        browser.open(&shift.server.url("/console")).await;
        browser.value("document.getElementById('name').focus()").await;
        browser.press(&format!("hoa{TAB}trăm năm trong cõi{ENTER}")).await;
        browser
            .wait("document.querySelector('nav a[href=\"/console/quality\"]') !== null")
            .await;

        browser
            .value("document.querySelector('[name=lang][value=vi]').click()")
            .await;
        browser.wait("document.documentElement.lang === 'vi'").await;
        browser
            .open(&shift.server.url(&format!("/console/cases/{known}")))
            .await;
        check_calm(&browser, "golden form").await;
        check_contrast(&browser, &format!("golden form {name}")).await;
        browser.value("document.getElementById('golden-note').focus()").await;
        browser.picture(&format!("console-golden-{name}")).await;
        browser.press(&format!("mẫu điển hình: xin mã OTP{TAB}{ENTER}")).await;
        browser
            .wait("document.body.textContent.includes('Đã đặt làm mẫu chuẩn.')")
            .await;
        browser.wait("document.querySelectorAll('article').length === 2").await;
        check_calm(&browser, "quality").await;
        check_contrast(&browser, &format!("quality {name}")).await;
        browser.picture(&format!("console-quality-{name}")).await;
        // Every part is reached with the keyboard: the first finding, a reason, and it is kept.
        browser
            .value("document.querySelector('article input[type=radio]').focus()")
            .await;
        browser
            .press(&format!(
                "{SPACE}{TAB}số điện thoại này đã bị báo nhiều lần{TAB}{ENTER}"
            ))
            .await;
        browser
            .wait("document.body.textContent.includes('Đã ghi nhận định.')")
            .await;
        browser.wait("document.querySelectorAll('article').length === 1").await;
        browser.value("document.querySelector('[name=theme]').click()").await;
        browser.wait("document.documentElement.dataset.theme === 'dark'").await;
        check_contrast(&browser, &format!("dark quality {name}")).await;
        browser.picture(&format!("console-quality-dark-{name}")).await;
        browser.value("document.querySelector('[name=lang]').click()").await;
        browser.wait("document.documentElement.lang === 'en'").await;
        check_calm(&browser, "quality in English").await;
        browser.picture(&format!("console-quality-en-{name}")).await;
    }
}
