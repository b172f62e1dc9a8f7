//! What an office asks about users, on the pages of its node and of the platform's that it goes to.

use anlanh_app::order::information::fingerprint;
use anlanh_model::{Role, Scope};
use anlanh_testkit::AGE_KEY;
use serde_json::{Value, json};

use crate::browser::browser;
use crate::issued::Pair;
use crate::orders::{LOCAL, step};
use crate::pages::{Page, visit};
use crate::support::{Session, header, json as body};

const PURPOSE: &str = "Xác minh vụ lừa đảo theo Quyết định số 45.";
const FROM: &str = "2026-09-01T00:00:00";
const TO: &str = "2026-09-20T23:59:59";

type Fields = Vec<(&'static str, String)>;

/// An order that asks about an account, as its form is filled in.
async fn filled(pair: &Pair) -> Fields {
    let mut fields = pair
        .fields("provide_information", "130/A05-P5", "account nguyen-van-a")
        .await;
    fields.retain(|(name, _)| !["category", "basis"].contains(name));
    fields.push(("basis", "nd-333-2026/16.3.b".to_owned()));
    fields
}

/// The same with one field changed; an empty text leaves it out.
fn with(fields: &Fields, name: &'static str, value: &str) -> Fields {
    let mut changed = fields.clone();
    changed.retain(|(known, _)| *known != name);
    if !value.is_empty() {
        changed.push((name, value.to_owned()));
    }
    changed
}

fn borrowed(fields: &Fields) -> Vec<(&'static str, &str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

async fn draft(pair: &Pair, fields: &Fields) -> (u16, String) {
    let answer = pair
        .authority
        .submit("/console/issued/new", &pair.manager, &borrowed(fields))
        .await;
    let status = answer.status().as_u16();
    if status == 303 {
        return (status, header(&answer, "location").to_owned());
    }
    (status, answer.text().await.unwrap())
}

/// Who handles the order at the platform, its address there, and that it was taken.
async fn taken(pair: &Pair) -> (Session, String) {
    let holder = pair.platform.session(Role::PolicyManager).await;
    let inbox = pair.platform.page("/console/orders", &holder).await;
    let inbox = inbox.text().await.unwrap();
    let links = inbox.split("href=\"").filter_map(|rest| rest.split('"').next());
    let order = links
        .filter(|link| link.starts_with("/console/orders/") && !link.ends_with("/new"))
        .max()
        .unwrap()
        .to_owned();
    for next in ["check", "take"] {
        step(&pair.platform, &holder, &order, &[("step", next)]).await;
    }
    (holder, order)
}

fn proposal(fields: &[&'static str], from: &str, to: &str) -> Fields {
    let mut proposed: Fields = [
        ("step", "propose"),
        ("from", from),
        ("to", to),
        ("recipient", AGE_KEY[1]),
        ("fingerprint", &fingerprint(AGE_KEY[1]).unwrap()),
        ("called", "Trực ban Phòng 5"),
        ("telephone", "069 234 5678, trang tin của cơ quan"),
        ("called_at", LOCAL),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    proposed.extend(fields.iter().map(|key| ("field", (*key).to_owned())));
    proposed
}

#[tokio::test]
async fn the_form_of_a_draft_asks_what_is_asked_and_says_what_is_wrong_beside_it() {
    let pair = Pair::new().await;
    let good = filled(&pair).await;
    let beside = |name: &str| format!("id=\"new-{name}-wrong\"");
    for (name, value, field, said) in [
        ("purpose", "", "purpose", "trống, quá dài"),
        ("field", "", "field", "Chọn 1 đến 16 loại thông tin"),
        ("field", "shoe_size", "field", "Chọn 1 đến 16 loại thông tin"),
        ("from", "", "from", "Không có ngày giờ này"),
        ("to", "2026-02-31T00:00", "to", "Không có ngày giờ này"),
        ("from", "2026-09-20T23:59:59", "period", "Khoảng thời gian đã qua"),
        ("to", "2026-09-21T21:13:21", "period", "Khoảng thời gian đã qua"),
        ("from", "2025-09-19T23:59:58", "period", "dài tối đa 366 ngày"),
        ("kind", "keep_evidence", "purpose", "Chỉ yêu cầu cung cấp thông tin"),
    ] {
        let (status, page) = draft(&pair, &with(&good, name, value)).await;
        assert!([400, 422].contains(&status), "{name}={value}: {status}");
        let wrong = page.split(&beside(field)).nth(1);
        let wrong = wrong.unwrap_or_else(|| panic!("{name}={value}: {page}"));
        assert!(
            wrong.split("</p>").next().unwrap().contains(said),
            "{name}={value}: {page}"
        );
        // Nothing is lost, and it is shown whatever is ordered.
        assert!(page.contains("class=\"demand filled\"") && page.contains("Phó Cục trưởng"));
        for (kept, typed) in [("purpose", PURPOSE), ("from", FROM), ("to", TO)] {
            assert!(name == kept || page.contains(typed), "{name}={value}: {kept}");
        }
    }
    let bulk = (0..11).map(|n| format!("account u-{n}")).collect::<Vec<_>>().join("\n");
    let (status, page) = draft(&pair, &with(&good, "targets", &bulk)).await;
    assert_eq!(status, 422);
    let wrong = page.split(&beside("targets")).nth(1).unwrap();
    assert!(
        wrong.split("</p>").next().unwrap().contains("1 đến 10 đối tượng"),
        "{page}"
    );
    let nothing = ["purpose", "field", "from", "to"];
    let nothing: Fields = good
        .iter()
        .filter(|(name, _)| !nothing.contains(name))
        .cloned()
        .collect();
    let (status, page) = draft(&pair, &nothing).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("phải nêu mục đích, loại thông tin và khoảng thời gian"),
        "{page}"
    );

    let (status, order) = draft(&pair, &good).await;
    assert_eq!(status, 303, "{order}");
    let page = pair.read(&order).await;
    for said in [
        PURPOSE,
        "Số điện thoại đăng ký; Lần đăng nhập: thời điểm, địa chỉ IP, cổng nguồn",
        "00:00:00 01/09/2026 – 23:59:59 20/09/2026",
        "value=\"sign\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let edit = pair.read(&format!("{order}/edit")).await;
    for kept in [
        "value=\"registered_phone\" checked",
        "value=\"sign_ins\" checked",
        &format!("value=\"{FROM}\""),
        &format!("value=\"{TO}\""),
        PURPOSE,
    ] {
        assert!(edit.contains(kept), "{kept}: {edit}");
    }
    assert!(!edit.contains("value=\"registered_email\" checked"));
    let print = pair.read(&format!("{order}/print")).await;
    let letter = pair.authority.page(&format!("{order}/letter.pdf"), &pair.manager).await;
    let letter = crate::orders::read_pdf(&letter.bytes().await.unwrap());
    for said in [
        "số điện thoại đăng ký",
        "từ 00:00:00 01/09/2026 đến 23:59:59 20/09/2026",
    ] {
        assert!(print.contains(said), "{said}: {print}");
    }
    assert!(print.contains(&format!("Mục đích: {PURPOSE}")), "{print}");
    if let Some(letter) = letter {
        let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            letter.contains("số điện thoại đăng ký") && letter.contains(PURPOSE),
            "{letter}"
        );
    }
}

#[tokio::test]
async fn a_platform_sees_what_the_office_signed_and_proposes_no_more() {
    let pair = Pair::new().await;
    let (_, order) = draft(&pair, &filled(&pair).await).await;
    pair.step(&order, &[("step", "sign")]).await;
    pair.talk().await;
    let (holder, there) = taken(&pair).await;
    let read = async |session: &Session, path: &str| {
        let page = pair.platform.page(path, session).await;
        page.text().await.unwrap()
    };
    let asked = [
        PURPOSE,
        "Số điện thoại đăng ký; Lần đăng nhập",
        "00:00:00 01/09/2026 – 23:59:59 20/09/2026",
    ];
    let page = read(&holder, &there).await;
    for step in ["amend", "withdraw"] {
        let offered = format!("name=\"step\" value=\"{step}\"");
        assert!(
            !page.contains(&offered),
            "what came from a node is changed by it alone: {page}"
        );
    }
    let information = format!("{there}/information");
    for page in [&there, &information] {
        let seen = read(&holder, page).await;
        assert!(asked.iter().all(|said| seen.contains(said)), "{page}: {seen}");
    }
    let form = read(&holder, &information).await;
    for first in [
        "value=\"registered_phone\" checked".to_owned(),
        "value=\"sign_ins\" checked".to_owned(),
        format!(
            "name=\"from\" type=\"datetime-local\" step=\"1\" required value=\"{FROM}\" min=\"{FROM}\" max=\"{TO}\""
        ),
        format!("name=\"to\" type=\"datetime-local\" step=\"1\" required value=\"{TO}\""),
    ] {
        assert!(form.contains(&first), "{first}: {form}");
    }
    assert!(!form.contains("value=\"registered_email\"") && !form.contains("name=\"purpose\""));
    let both = ["registered_phone", "sign_ins"];
    let post = async |fields: &Fields| {
        let path = format!("{information}/step");
        let answer = pair.platform.submit(&path, &holder, &borrowed(fields)).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let forged = [&both[..], &["registered_email"]].concat();
    for (wider, field, said) in [
        (
            proposal(&forged, FROM, TO),
            "field",
            "Có loại thông tin mà cơ quan không yêu cầu",
        ),
        (
            proposal(&both, "2026-08-31T23:59:59", TO),
            "period",
            "có thể thu hẹp, không được mở rộng",
        ),
        (
            proposal(&both, FROM, "2026-09-21T00:00:00"),
            "period",
            "có thể thu hẹp, không được mở rộng",
        ),
        (
            with(&proposal(&both, FROM, TO), "purpose", "Việc khác."),
            "purpose",
            "cơ quan nêu và đã ký",
        ),
        (
            with(&proposal(&both, FROM, TO), "fingerprint", "0000"),
            "recipient",
            "không khớp mã kiểm tra",
        ),
        (
            with(&proposal(&both, FROM, TO), "called", " "),
            "called",
            "trống, quá dài",
        ),
    ] {
        let (status, page) = post(&wider).await;
        assert_eq!(status, 422, "{field}");
        let wrong = page.split(&format!("id=\"propose-{field}-wrong\"")).nth(1);
        let wrong = wrong.unwrap_or_else(|| panic!("{field}: {page}"));
        assert!(wrong.split("</p>").next().unwrap().contains(said), "{field}: {page}");
        assert!(
            page.contains("069 234 5678") && page.contains(AGE_KEY[1]),
            "nothing is lost"
        );
    }
    let (status, _) = post(&proposal(&both[..1], "2026-09-10T00:00:00", TO)).await;
    assert_eq!(status, 303, "less may be proposed");
    let administrator = pair.platform.session(Role::Administrator).await;
    let seen = read(&administrator, &information).await;
    for said in [
        PURPOSE,
        "Nội dung cơ quan yêu cầu",
        "Hẹp hơn: bỏ bớt lần đăng nhập: thời điểm, địa chỉ IP, cổng nguồn; khoảng thời gian ngắn hơn",
        "value=\"approve\"",
    ] {
        assert!(seen.contains(said), "{said}: {seen}");
    }
    // A second proposal meets the first one, and that is said though its form is gone.
    let (status, page) = post(&proposal(&both, FROM, TO)).await;
    assert_eq!(status, 409);
    assert!(page.contains("đang có một đề nghị"), "{page}");
}

#[tokio::test]
async fn where_nobody_said_what_is_asked_both_sides_are_told() {
    let pair = Pair::new().await;
    // A draft from before it could be said.
    let (_, order) = draft(&pair, &filled(&pair).await).await;
    pair.authority.tamper("DELETE FROM issued_information").await;
    let page = pair.read(&order).await;
    assert!(
        page.contains("Chưa ký được: yêu cầu cung cấp thông tin phải nêu mục đích"),
        "{page}"
    );
    assert!(!page.contains("value=\"sign\""), "{page}");
    let path = format!("{order}/step");
    let refused = pair.authority.submit(&path, &pair.manager, &[("step", "sign")]).await;
    assert_eq!(refused.status().as_u16(), 422);
    assert!(refused.text().await.unwrap().contains("thiếu thì không ký được"));
    let fields = filled(&pair).await;
    let rewritten = pair
        .authority
        .submit(&format!("{order}/edit"), &pair.manager, &borrowed(&fields))
        .await;
    assert_eq!(rewritten.status().as_u16(), 303);
    pair.step(&order, &[("step", "sign")]).await;
    pair.talk().await;
    // An order of a node from before.
    pair.platform.tamper("DELETE FROM order_information").await;
    let (holder, there) = taken(&pair).await;
    let information = format!("{there}/information");
    for path in [&there, &information] {
        let seen = pair.platform.page(path, &holder).await.text().await.unwrap();
        assert!(seen.contains("Nút của cơ quan không nêu mục đích"), "{path}: {seen}");
    }
    let form = pair.platform.page(&information, &holder).await.text().await.unwrap();
    assert!(
        form.contains("name=\"purpose\"") && !form.contains(" checked"),
        "{form}"
    );
    let by_hand = with(&proposal(&["registered_email"], FROM, TO), "purpose", PURPOSE);
    let proposed = pair
        .platform
        .submit(&format!("{information}/step"), &holder, &borrowed(&by_hand))
        .await;
    assert_eq!(proposed.status().as_u16(), 303, "people enter it as ever");
}

#[tokio::test]
async fn programs_say_what_is_asked_and_read_it_at_the_platform() {
    let pair = Pair::new().await;
    let token = pair
        .authority
        .token(&[Scope::OrdersWrite, Scope::OrdersRead], Some(Role::PolicyManager))
        .await;
    let (_, peers) = pair.authority.ask("GET", "/v1/peers", &token, Value::Null).await;
    let mut asked = json!({
        "peer": peers["peers"][0]["peer"], "kind": "provide_information", "signer": "Thượng tá Nguyễn Văn A",
        "number": "131/A05", "basis": ["nd-333-2026/16.3.b"], "reason": "Xác minh.",
        "targets": [{ "kind": "account", "reference": "u-1" }],
    });
    let (status, refused) = pair.authority.ask("POST", "/v1/issued", &token, asked.clone()).await;
    assert_eq!((status, &refused["code"]), (422, &json!("bad-information")));
    let demand = json!({
        "purpose": "Xác minh.", "fields": ["registered_phone"], "from": "2026-09-01T00:00:00.000Z",
        "to": "2026-09-20T00:00:00.000Z",
    });
    asked["information"] = demand.clone();
    let (status, drafted) = pair.authority.ask("POST", "/v1/issued", &token, asked).await;
    assert_eq!((status, &drafted["information"]), (201, &demand), "{drafted}");
    let id = drafted["order"].as_str().unwrap();
    // Somebody else signs what a person's program drafted.
    pair.step(&format!("/console/issued/{id}"), &[("step", "sign")]).await;
    let path = format!("/v1/issued/{id}");
    let (_, signed) = pair.authority.ask("GET", &path, &token, Value::Null).await;
    assert_eq!((&signed["state"], &signed["information"]), (&json!("signed"), &demand));
    let described = body(pair.authority.get("/openapi.json").send().await.unwrap()).await;
    let described = crate::schema::Description(described);
    let schema = described.answer("/v1/issued/{order}", "get", 200, "application/json");
    assert_eq!(described.faults(schema, &signed), Vec::<String>::new());
    pair.talk().await;

    let theirs = pair
        .platform
        .token(&[Scope::OrdersWrite, Scope::OrdersRead], Some(Role::PolicyManager))
        .await;
    let (_, orders) = pair.platform.ask("GET", "/v1/orders", &theirs, Value::Null).await;
    let there = format!("/v1/orders/{}", orders["orders"][0]["order"].as_str().unwrap());
    for next in ["scope-check", "take"] {
        let (status, _) = pair
            .platform
            .ask("POST", &format!("{there}/{next}"), &theirs, Value::Null)
            .await;
        assert_eq!(status, 200, "{next}");
    }
    // The order itself repeats what it asks for, and lists do not.
    let (_, order) = pair.platform.ask("GET", &there, &theirs, Value::Null).await;
    assert_eq!(order["information"], demand);
    assert_eq!(orders["orders"][0]["information"], Value::Null);
    let schema = described.answer("/v1/orders/{order}", "get", 200, "application/json");
    assert_eq!(described.faults(schema, &order), Vec::<String>::new());
    let there = format!("{there}/information");
    let (_, seen) = pair.platform.ask("GET", &there, &theirs, Value::Null).await;
    assert_eq!(seen["demand"], demand);
    let schema = described.answer("/v1/orders/{order}/information", "get", 200, "application/json");
    assert_eq!(described.faults(schema, &seen), Vec::<String>::new());
    let proposal = |fields: Value, from: &str| {
        json!({
            "fields": fields, "from": from, "to": "2026-09-20T00:00:00Z", "recipient": AGE_KEY[1],
            "fingerprint": fingerprint(AGE_KEY[1]).unwrap(), "call": crate::orders::called(),
        })
    };
    for wider in [
        proposal(json!(["registered_phone", "sign_ins"]), "2026-09-01T00:00:00Z"),
        proposal(json!(["registered_phone"]), "2026-08-31T23:59:59Z"),
    ] {
        let (status, refused) = pair.platform.ask("POST", &there, &theirs, wider).await;
        assert_eq!(
            (status, &refused["code"]),
            (422, &json!("bad-information")),
            "{refused}"
        );
    }
    let less = proposal(json!(["registered_phone"]), "2026-09-02T00:00:00Z");
    let (status, proposed) = pair.platform.ask("POST", &there, &theirs, less).await;
    assert_eq!(
        (status, &proposed["requests"][0]["purpose"]),
        (200, &json!("Xác minh.")),
        "{proposed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_what_is_asked_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let pair = Pair::new().await;
    let (_, order) = draft(&pair, &filled(&pair).await).await;
    let ours = async |name: &'static str, path: String| {
        let session = Some(&pair.manager);
        visit(&browser, &pair.authority, &Page { name, path, session }).await;
    };
    ours("asked-edit", format!("{order}/edit")).await;
    let shown = "getComputedStyle(document.querySelector('.demand')).display";
    assert_eq!(browser.value(shown).await, json!("block"));
    ours("asked-draft", order.clone()).await;
    ours("asked-print", format!("{order}/print")).await;
    let lock = pair.draft("lock", "132/A05-P5", "account nguyen-van-a").await;
    ours("asked-lock", format!("{lock}/edit")).await;
    // For what asks for none it is not in the way, and comes with the kind; the lengths of locks, too.
    browser.open(&pair.authority.url("/console/issued/new")).await;
    for (kind, asked, locks) in [
        ("remove", "none", "none"),
        ("provide_information", "block", "none"),
        ("lock", "none", "block"),
    ] {
        let choose = format!("document.getElementById('kind').value = '{kind}'");
        browser.value(&choose).await;
        let of_locks = shown.replace(".demand", ".locks");
        let seen = (browser.value(shown).await, browser.value(&of_locks).await);
        assert_eq!(seen, (json!(asked), json!(locks)), "{kind}");
    }
    let form = pair.read("/console/issued/new").await;
    for said in [
        "Nghị định 147/2024/NĐ-CP",
        "cho khóa từ 7 đến 30 ngày",
        "cho khóa đến 60 ngày",
        "cho khóa không thời hạn khi",
    ] {
        let locks = form.split("class=\"locks").nth(1).unwrap();
        assert!(locks.contains(said), "{said}: {locks}");
    }

    pair.step(&order, &[("step", "sign")]).await;
    pair.talk().await;
    let (holder, there) = taken(&pair).await;
    let theirs = async |name: &'static str, path: String, session: &Session| {
        let session = Some(session);
        visit(&browser, &pair.platform, &Page { name, path, session }).await;
    };
    theirs("asked-order", there.clone(), &holder).await;
    let information = format!("{there}/information");
    theirs("asked-propose", information.clone(), &holder).await;
    let less = proposal(&["registered_phone"], FROM, TO);
    let answer = pair
        .platform
        .submit(&format!("{information}/step"), &holder, &borrowed(&less))
        .await;
    assert_eq!(answer.status().as_u16(), 303);
    let administrator = pair.platform.session(Role::Administrator).await;
    theirs("asked-approve", information, &administrator).await;
}
