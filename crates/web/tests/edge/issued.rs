//! Orders that an office's own node issues, on pages: drafted, signed, followed until they are answered.

use anlanh_app::order::{self, Step, Which};
use anlanh_app::peer::{self, Outgoing, Replied};
use anlanh_app::public_log::{self, Trust};
use anlanh_model::{Actor, ContestGround, Id, Order, Role, Scope};
use serde_json::Value;

use crate::browser::browser;
use crate::pages::{Page, visit};
use crate::peers::{self, AUTHORITY, OFFICE, PLATFORM};
use crate::support::{Server, Session, header, json};

/// The node of an office and that of a platform, which know each other.
pub struct Pair {
    pub authority: Server,
    pub platform: Server,
    pub manager: Session,
    /// Somebody at the platform, as the use cases know them.
    actor: Actor,
}

impl Pair {
    pub async fn new() -> Self {
        let (authority, platform) = (peers::authority().await, peers::platform().await);
        let (ours, theirs) = (
            authority.session(Role::Administrator).await,
            platform.session(Role::Administrator).await,
        );
        let (a, p) = (
            peers::fingerprint(&authority).await,
            peers::fingerprint(&platform).await,
        );
        assert_eq!(peers::add(&authority, &ours, PLATFORM, &p, "").await, 303);
        assert_eq!(peers::add(&platform, &theirs, AUTHORITY, &a, OFFICE).await, 303);
        peers::introduce(&authority, &platform).await;
        peers::introduce(&platform, &authority).await;
        Self {
            manager: authority.session(Role::PolicyManager).await,
            actor: platform.actor(Role::PolicyManager).await,
            authority,
            platform,
        }
    }

    /// Everything that is to be said is said, both ways.
    pub async fn talk(&self) {
        for _ in 0..3 {
            self.authority.run_jobs().await;
            self.platform.run_jobs().await;
            deliver_all(&self.authority, &self.platform).await;
            deliver_all(&self.platform, &self.authority).await;
        }
    }

    pub async fn read(&self, path: &str) -> String {
        self.authority.page(path, &self.manager).await.text().await.unwrap()
    }

    /// Somebody at the office takes a step.
    pub async fn step(&self, order: &str, fields: &[(&str, &str)]) {
        let answer = self
            .authority
            .submit(&format!("{order}/step"), &self.manager, fields)
            .await;
        assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
    }

    /// The address of a new draft.
    pub async fn draft(&self, kind: &str, number: &str, targets: &str) -> String {
        let fields = self.fields(kind, number, targets).await;
        let answer = self
            .authority
            .submit("/console/issued/new", &self.manager, &borrowed(&fields))
            .await;
        assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
        header(&answer, "location").to_owned()
    }

    pub async fn fields(&self, kind: &str, number: &str, targets: &str) -> Vec<(&'static str, String)> {
        let form = self.read("/console/issued/new").await;
        let peer = form
            .split("<select id=\"peer\" name=\"peer\"><option value=\"")
            .nth(1)
            .unwrap();
        let asked: &[(&str, &str)] = match kind {
            "provide_information" => &[
                ("purpose", "Xác minh vụ lừa đảo theo Quyết định số 45."),
                ("field", "registered_phone"),
                ("field", "sign_ins"),
                ("from", "2026-09-01T00:00:00"),
                ("to", "2026-09-20T23:59:59"),
            ],
            _ => &[],
        };
        let fields = [
            ("peer", peer.split('"').next().unwrap()),
            ("kind", kind),
            ("number", number),
            ("signer", "Thượng tá Nguyễn Văn A, Phó Cục trưởng"),
            ("basis", "nd-333-2026/16.4.a"),
            ("category", "SC1"),
            ("reason", "Bài đăng giả mạo ngân hàng để lừa đảo chiếm đoạt tài sản."),
            ("targets", targets),
        ];
        let fields = fields.iter().chain(asked);
        fields.map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    /// The newest open order of the platform.
    async fn received(&self) -> Id<Order> {
        let open = order::list(self.platform.app(), &self.actor, Which::Open(None), 200)
            .await
            .unwrap();
        open.iter().map(|row| row.order.id).max().unwrap()
    }

    /// Somebody at the platform takes steps.
    async fn handle(&self, id: Id<Order>, steps: Vec<Step>) {
        for step in steps {
            order::step(self.platform.app(), &self.actor, id, step).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_idempotency_key_drafts_an_order_once() {
    let pair = Pair::new().await;
    let token = pair
        .authority
        .token(&[Scope::OrdersWrite], Some(Role::PolicyManager))
        .await;
    let (_, peers) = pair.authority.ask("GET", "/v1/peers", &token, Value::Null).await;
    let draft = |reference: &str| {
        serde_json::json!({
            "peer": peers["peers"][0]["peer"], "kind": "remove", "signer": "Thượng tá Nguyễn Văn A", "number": "1/A05",
            "basis": ["nd-333-2026/16.4.a"], "category": "SC1", "reason": "Bài đăng lừa đảo.",
            "targets": [{ "kind": "item", "reference": reference }],
        })
    };
    let send = async |reference: &str| {
        let request = pair
            .authority
            .call("POST", "/v1/issued", &token)
            .header("idempotency-key", "k-1");
        request.body(draft(reference).to_string()).send().await.unwrap()
    };
    let first = send("p").await;
    assert_eq!(
        (first.status().as_u16(), header(&first, "idempotency-replayed")),
        (201, "")
    );
    let again = send("p").await;
    assert_eq!(
        (again.status().as_u16(), header(&again, "idempotency-replayed")),
        (201, "true")
    );
    assert_eq!(json(first).await["order"], json(again).await["order"]);
    assert_eq!(send("q").await.status().as_u16(), 422);
    let (_, list) = pair.authority.ask("GET", "/v1/issued", &token, Value::Null).await;
    assert_eq!(list["orders"].as_array().unwrap().len(), 1);
}

fn borrowed<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

async fn deliver_all(from: &Server, to: &Server) {
    loop {
        let due: Vec<Outgoing> = peer::due(from.app(), 50).await.unwrap();
        if due.is_empty() {
            return;
        }
        for sent in &due {
            let fields: Vec<(&str, &[u8])> = sent.fields.iter().map(|(name, it)| (*name, it.as_bytes())).collect();
            let heard = peer::receive(to.app(), &fields, sent.body()).await.unwrap();
            let fields: Vec<(&str, &[u8])> = heard.fields.iter().map(|(name, it)| (*name, it.as_bytes())).collect();
            let answer = Replied::Answer {
                status: 200,
                fields: &fields,
                body: &heard.body,
                expected: None,
            };
            peer::answered(from.app(), sent, answer).await.unwrap();
        }
    }
}

const TARGETS: &str =
    "item bai-1042\nurl https://mang-xa-hoi-vi-du.example/nguyen-van-a/bai-viet/1042-rat-dai-ten-bai-viet";

#[tokio::test]
async fn an_order_is_drafted_signed_followed_and_withdrawn_on_its_page() {
    let pair = Pair::new().await;
    crate::orders::post(&pair.platform, "bai-1042").await;
    let order = pair.draft("remove", "123/A05-P5", TARGETS).await;
    let page = pair.read(&order).await;
    assert!(page.contains("value=\"sign\"") && page.contains("value=\"discard\""));
    assert!(page.contains("không sửa và không lấy lại được") && page.contains("Mạng xã hội Ví Dụ"));
    let print = pair.read(&format!("{order}/print")).await;
    assert!(print.contains("DỰ THẢO") && print.contains("ngày …… tháng"), "{print}");
    let letter = pair.authority.page(&format!("{order}/letter.pdf"), &pair.manager).await;
    assert_eq!(letter.headers()["content-type"], "application/pdf");
    let letter = crate::orders::read_pdf(&letter.bytes().await.unwrap());
    assert!(
        letter.is_none_or(|text| text.contains("DỰ THẢO") && text.contains("123/A05-P5") && text.contains("bai-1042"))
    );

    pair.step(&order, &[("step", "sign")]).await;
    let page = pair.read(&order).await;
    assert!(page.contains("Đã ký, đang gửi") && page.contains("chưa có biên nhận"));
    assert!(!page.contains("value=\"sign\"") && page.contains("value=\"withdraw\""));
    let edit = pair.authority.page(&format!("{order}/edit"), &pair.manager).await;
    assert_eq!(edit.status().as_u16(), 409, "what was signed is not changed");

    pair.talk().await;
    let page = pair.read(&order).await;
    assert!(
        page.contains("Nền tảng đã nhận") && page.contains("Còn 1 ngày"),
        "{page}"
    );
    let receipt = pair.authority.page(&format!("{order}/receipts/1"), &pair.manager).await;
    assert!(header(&receipt, "content-disposition").starts_with("attachment"));
    assert_eq!(header(&receipt, "content-type"), "application/json");
    let receipt: Value = json(receipt).await;
    assert!(receipt.is_object(), "{receipt}");
    let none = pair.authority.page(&format!("{order}/receipts/2"), &pair.manager).await;
    assert_eq!(none.status().as_u16(), 404);

    // What the platform's log holds of it comes once it is signed.
    let logged = async |number: u32| {
        let path = format!("{order}/log-receipts/{number}");
        pair.authority.page(&path, &pair.manager).await
    };
    assert_eq!(logged(1).await.status().as_u16(), 404);
    pair.platform.sign_log().await;
    pair.talk().await;
    let page = pair.read(&order).await;
    assert!(page.contains(&format!("{order}/log-receipts/1")), "{page}");
    let receipt = logged(1).await;
    assert!(header(&receipt, "content-disposition").starts_with("attachment"));
    let receipt: Value = json(receipt).await;
    let key = public_log::known(pair.platform.app()).await.unwrap().unwrap().key;
    let checked = public_log::check(receipt.to_string().as_bytes(), &Trust::log(Some(&key))).unwrap();
    assert!(checked.private.unwrap().contains("123/A05-P5"));
    let token = pair
        .authority
        .token(&[Scope::OrdersRead], Some(Role::PolicyManager))
        .await;
    let path = format!("/v1{}", order.strip_prefix("/console").unwrap());
    let (_, answer) = pair.authority.ask("GET", &path, &token, Value::Null).await;
    assert_eq!(answer["log_receipts"], Value::Array(vec![receipt]));

    let id = pair.received().await;
    let there = format!("/console/orders/{id}");
    let theirs = pair.platform.session(Role::PolicyManager).await;
    pair.step(
        &order,
        &[("step", "remind"), ("words", "Đề nghị báo cáo trước 17 giờ.")],
    )
    .await;
    let amended = [
        ("step", "amend"),
        ("drop", ""),
        ("add", "item bai-7"),
        ("signer", "Thượng tá Nguyễn Văn A"),
        ("words", "Bổ sung một bài."),
    ];
    pair.step(&order, &amended).await;
    pair.talk().await;
    let seen = pair.platform.page(&there, &theirs).await.text().await.unwrap();
    for said in [
        "Nhận từ nút của cơ quan",
        "Xác thực bằng chữ ký của nút cơ quan",
        "Cơ quan đôn đốc",
        "Nút của cơ quan (có chữ ký)",
        "Không cần gọi lại",
        "bai-7",
    ] {
        assert!(seen.contains(said), "{said}: {seen}");
    }
    let contest = |number, ground| Step::ContestTarget(number, ground, "Không có bài này.".to_owned());
    let steps = vec![
        Step::Check,
        Step::Take,
        Step::Execute(1),
        Step::ByHand(1, "Đã kiểm tra trên nền tảng.".to_owned()),
        contest(2, ContestGround::NotFound),
    ];
    pair.handle(id, steps).await;
    pair.talk().await;
    let page = pair.read(&order).await;
    for said in [
        "Đang thực hiện",
        "Đã gỡ bỏ",
        "Phản đối: Không tìm thấy đối tượng",
        "Không có bài này.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    pair.handle(
        id,
        vec![
            contest(3, ContestGround::Unclear),
            Step::Answer("Đã gỡ một bài.".to_owned()),
        ],
    )
    .await;
    pair.talk().await;
    let page = pair.read(&order).await;
    assert!(page.contains("Đã trả lời") && page.contains("Đã gỡ một bài.") && page.contains("Đúng hạn"));
    assert!(!page.contains("value=\"remind\""), "it is over");
    let over = pair.read("/console/issued?state=over").await;
    assert!(
        over.contains("123/A05-P5") && over.contains("Mạng xã hội Ví Dụ") && over.contains("Kết quả theo nền tảng")
    );
    let print = pair.read(&format!("{order}/print")).await;
    for part in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 123/A05-P5",
        "V/v gỡ bỏ nội dung",
        "ngày 21 tháng 09 năm 2026",
        "PHÓ CỤC TRƯỞNG",
        "Nơi nhận:",
    ] {
        assert!(print.contains(part), "{part}: {print}");
    }
    let withdraw = [
        ("step", "withdraw"),
        ("signer", "Thượng tá Nguyễn Văn A"),
        ("words", "Ban hành nhầm."),
    ];
    pair.step(&order, &withdraw).await;
    pair.talk().await;
    assert!(pair.read(&order).await.contains("Đã thu hồi"));
    let seen = pair.platform.page(&there, &theirs).await.text().await.unwrap();
    assert!(seen.contains("Thu hồi"));
}

#[tokio::test]
async fn an_article_that_is_over_is_not_offered_and_a_draft_that_cites_it_says_so() {
    let pair = Pair::new().await;
    let form = pair.read("/console/issued/new").await;
    assert!(form.contains("value=\"nd-333-2026/16.4.a\"") && !form.contains("luat-24-2018"));
    let mut fields = pair.fields("remove", "129/A05-P5", "item bai-1").await;
    fields.push(("basis", "luat-24-2018/26.2.b".to_owned()));
    let answer = pair
        .authority
        .submit("/console/issued/new", &pair.manager, &borrowed(&fields))
        .await;
    let order = header(&answer, "location").to_owned();
    let page = pair.read(&order).await;
    for said in [
        "Có, nhưng cũng viện dẫn điều khoản không có hiệu lực",
        "không còn hiệu lực ngày 21/09/2026",
        "Chưa ký được",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("value=\"sign\""), "{page}");
    let edit = pair.read(&format!("{order}/edit")).await;
    assert!(
        edit.contains("không còn hiệu lực; có hiệu lực đến 30/06/2026"),
        "{edit}"
    );
    // What came on paper may be from before.
    let theirs = pair.platform.session(Role::PolicyManager).await;
    let form = pair
        .platform
        .page("/console/orders/new", &theirs)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        form.contains("không còn hiệu lực; có hiệu lực đến 30/06/2026"),
        "{form}"
    );
}

#[tokio::test]
async fn a_lock_beyond_its_ladder_cannot_be_signed_and_the_page_says_why() {
    let pair = Pair::new().await;
    let lock = async |days: &'static str, bases: &[&'static str]| {
        let mut fields = pair.fields("lock", "128/A05-P5", "account u-1").await;
        fields.retain(|(name, _)| *name != "basis");
        fields.extend(bases.iter().map(|key| ("basis", (*key).to_owned())));
        fields.push(("lock_days", days.to_owned()));
        let fields = borrowed(&fields);
        let answer = pair
            .authority
            .submit("/console/issued/new", &pair.manager, &fields)
            .await;
        header(&answer, "location").to_owned()
    };
    let both = ["nd-147-2024/35.7", "nd-333-2026/16.4.d"];
    let long = pair.read(&lock("90", &both[..1]).await).await;
    for said in [
        "Khóa theo Nghị định 147/2024/NĐ-CP: cho khóa từ 7 đến 30 ngày",
        "Khóa 90 ngày vượt mức cao nhất.",
        "Hạn chế, khóa theo Nghị định 333/2026/NĐ-CP (yêu cầu không viện dẫn): cho khóa đến 60 ngày",
        "Chưa ký được",
    ] {
        assert!(long.contains(said), "{said}: {long}");
    }
    assert!(!long.contains("value=\"sign\""), "{long}");
    let order = lock("90", &both).await;
    let page = pair.read(&order).await;
    for said in [
        "Khóa 90 ngày vượt mức cao nhất.",
        "Khóa 90 ngày nằm trong mức này.",
        "value=\"sign\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // The platform, which has the same policy, is told the same.
    pair.step(&order, &[("step", "sign")]).await;
    pair.talk().await;
    let theirs = pair.platform.session(Role::PolicyManager).await;
    let there = format!("/console/orders/{}", pair.received().await);
    let seen = pair.platform.page(&there, &theirs).await.text().await.unwrap();
    assert!(seen.contains("Thời hạn khóa trong mức luật cho phép"), "{seen}");
    assert!(seen.contains("Khóa 90 ngày vượt mức cao nhất.") && seen.contains("Khóa 90 ngày nằm trong mức này."));
}

#[tokio::test]
async fn what_was_typed_stays_when_a_draft_is_refused_and_a_draft_is_written_anew() {
    let pair = Pair::new().await;
    let check = async |path: &str, change: (&'static str, &str), status: u16| {
        let mut fields = pair.fields("remove", "9/A05", "item bai-9").await;
        for (name, value) in &mut fields {
            if *name == change.0 {
                *value = change.1.to_owned();
            }
        }
        fields.push(("urgent", "1".to_owned()));
        fields.push(("due_at", "2026-09-22T08:00".to_owned()));
        let answer = pair.authority.submit(path, &pair.manager, &borrowed(&fields)).await;
        assert_eq!(answer.status().as_u16(), status, "{change:?}");
        answer.text().await.unwrap()
    };
    for change in [
        ("targets", "item"),
        ("targets", "nothing x"),
        ("basis", "none"),
        ("kind", "burn"),
        ("number", ""),
    ] {
        let status = match change {
            ("targets", "item") | ("kind", _) => 400,
            _ => 422,
        };
        let page = check("/console/issued/new", change, status).await;
        assert!(page.contains("role=\"alert\""), "{change:?}");
        for kept in [
            "Phó Cục trưởng",
            "giả mạo ngân hàng",
            "value=\"2026-09-22T08:00\"",
            "name=\"urgent\" value=\"1\" checked",
        ] {
            assert!(page.contains(kept), "{change:?}: {kept}");
        }
    }
    let order = pair.draft("remove", "9/A05", "item bai-9").await;
    let form = pair.read(&format!("{order}/edit")).await;
    for kept in [
        "value=\"9/A05\"",
        ">item bai-9</textarea>",
        "value=\"nd-333-2026/16.4.a\" checked",
        "value=\"remove\" selected",
    ] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    check(&format!("{order}/edit"), ("number", "10/A05"), 303).await;
    assert!(pair.read(&order).await.contains("10/A05"));

    let newest = pair.draft("provide_information", "9/A05", "account u-9").await;
    let page = pair.read(&newest).await;
    assert!(
        page.contains("Chưa ký được") && !page.contains("value=\"sign\""),
        "{page}"
    );
    let refused = pair
        .authority
        .submit(&format!("{newest}/step"), &pair.manager, &[("step", "sign")])
        .await;
    assert_eq!(refused.status().as_u16(), 409);

    let reviewer = pair.authority.session(Role::Reviewer).await;
    let seen = pair.authority.page(&order, &reviewer).await.text().await.unwrap();
    assert!(seen.contains("chờ người có quyền ký") && !seen.contains("value=\"sign\""));
    let refused = pair
        .authority
        .submit(&format!("{order}/step"), &reviewer, &[("step", "sign")])
        .await;
    assert_eq!(refused.status().as_u16(), 403, "whoever drafts does not sign");
    let auditor = pair.authority.session(Role::Auditor).await;
    let seen = pair.authority.page(&order, &auditor).await.text().await.unwrap();
    assert!(seen.contains("10/A05") && !seen.contains("name=\"step\""));
    let discarded = pair
        .authority
        .submit(&format!("{order}/step"), &reviewer, &[("step", "discard")])
        .await;
    assert_eq!(discarded.status().as_u16(), 303);
    assert!(pair.read(&order).await.contains("Dự thảo đã bỏ"));
    assert!(pair.read("/console/issued?state=over").await.contains("10/A05"));
}

#[tokio::test]
async fn a_node_of_no_office_drafts_nothing() {
    let server = peers::platform().await;
    let manager = server.session(Role::PolicyManager).await;
    let page = server.page("/console/issued", &manager).await.text().await.unwrap();
    assert!(page.contains("không phải của cơ quan") && !page.contains("/console/issued/new"));
    assert_eq!(
        server.page("/console/issued/new", &manager).await.status().as_u16(),
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_issued_orders_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let pair = Pair::new().await;
    crate::orders::post(&pair.platform, "bai-1042").await;
    let session = Some(&pair.manager);
    let look = async |name: &'static str, path: String| {
        visit(&browser, &pair.authority, &Page { name, path, session }).await;
    };
    look("issued-empty", "/console/issued".to_owned()).await;
    let order = pair.draft("remove", "123/A05-P5", TARGETS).await;
    look("issued-draft", order.clone()).await;
    look("issued-print-draft", format!("{order}/print")).await;
    let outside = pair
        .draft("provide_information", "125/A05-P5", "account nguyen-van-a")
        .await;
    look("issued-outside", outside).await;
    look(
        "issued-lock",
        pair.draft("lock", "127/A05-P5", "account nguyen-van-a").await,
    )
    .await;
    look("issued-new", "/console/issued/new".to_owned()).await;
    look("issued-edit", format!("{order}/edit")).await;
    pair.step(&order, &[("step", "sign")]).await;
    pair.talk().await;
    let id = pair.received().await;
    pair.step(
        &order,
        &[("step", "remind"), ("words", "Đề nghị báo cáo kết quả trước 17 giờ.")],
    )
    .await;
    pair.talk().await;
    let contest = Step::ContestTarget(
        2,
        ContestGround::NotFound,
        "Không có bài viết ở địa chỉ này.".to_owned(),
    );
    pair.handle(id, vec![Step::Check, Step::Take, Step::Execute(1), contest])
        .await;
    pair.talk().await;
    look("issued-under-way", order.clone()).await;
    let other = pair.draft("block_access", "126/A05-P5", "domain lua-dao.example").await;
    pair.step(&other, &[("step", "sign")]).await;
    pair.talk().await;
    look("issued", "/console/issued".to_owned()).await;
    let theirs = pair.platform.session(Role::PolicyManager).await;
    let order_there = Page {
        name: "order-of-node",
        path: format!("/console/orders/{id}"),
        session: Some(&theirs),
    };
    visit(&browser, &pair.platform, &order_there).await;
    pair.handle(
        id,
        vec![
            Step::ByHand(1, "Đã kiểm tra.".to_owned()),
            Step::Answer("Nền tảng đã gỡ bỏ một nội dung; một địa chỉ không tồn tại.".to_owned()),
        ],
    )
    .await;
    pair.platform.sign_log().await;
    pair.talk().await;
    look("issued-answered", order.clone()).await;
    look("issued-print", format!("{order}/print")).await;
    look("issued-over", "/console/issued?state=over".to_owned()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_added_and_an_order_drafted_changed_and_signed_by_the_keyboard_alone() {
    const TAB: char = '\u{e004}';
    const ENTER: char = '\u{e007}';
    const END: char = '\u{e010}';
    let Some(browser) = browser().await else { return };
    let (authority, platform) = (peers::authority().await, peers::platform().await);
    let administrator = authority.session(Role::Administrator).await;
    let manager = authority.session(Role::PolicyManager).await;
    browser.resize(1280, 900).await;
    let become_ = async |session: &Session| {
        let (name, value) = session.cookie.split_once('=').unwrap();
        let params = serde_json::json!({ "name": name, "value": value, "url": authority.url("/") });
        browser.devtools("Network.setCookie", params).await;
    };
    let focus = async |selector: &str| {
        browser
            .value(&format!("document.querySelector('{selector}').focus()"))
            .await
    };
    become_(&administrator).await;
    browser.open(&authority.url("/console/peers")).await;
    focus("#url").await;
    let theirs = peers::fingerprint(&platform).await;
    browser
        .press(&format!("{PLATFORM}{TAB}{theirs}{TAB}{TAB}{ENTER}"))
        .await;
    browser.wait("document.querySelector('table.peers') !== null").await;
    peers::introduce(&authority, &platform).await;

    become_(&manager).await;
    browser.open(&authority.url("/console/issued")).await;
    focus("a[href=\"/console/issued/new\"]").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait("document.getElementById('targets') !== null").await;
    focus("#targets").await;
    let signer = "Thượng tá Nguyễn Văn A, Phó Cục trưởng";
    browser.press(&format!("item bai-1{TAB}5/A05{TAB}{signer}{TAB} ")).await;
    focus("#category").await;
    browser
        .value("document.getElementById('category').selectedIndex = 1")
        .await;
    browser.press(&format!("{TAB}Bài đăng lừa đảo.")).await;
    focus("form.card button").await;
    browser.press(&ENTER.to_string()).await;
    browser
        .wait("document.querySelector('[href$=\"/edit\"]') !== null")
        .await;
    focus("[href$=\"/edit\"]").await;
    browser.press(&ENTER.to_string()).await;
    browser
        .wait("document.getElementById('number')?.value === '5/A05'")
        .await;
    focus("#number").await;
    browser.press(&format!("{END}-P5")).await;
    focus("form.card button").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait("document.getElementById('sign') !== null").await;
    let title = browser.value("document.querySelector('h1').textContent").await;
    assert!(title.as_str().unwrap().ends_with("5/A05-P5"), "{title}");
    focus("#sign").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait("document.getElementById('messages') !== null").await;
    let said = browser.value("document.querySelector('.head').textContent").await;
    // In whichever language the browser was left.
    let is_signed = |word| said.as_str().unwrap().contains(word);
    assert!(is_signed("Đã ký") || is_signed("Signed"), "{said}");
}
