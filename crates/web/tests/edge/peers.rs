//! Other nodes on their page: added by hand, introduced by their cards, cut off, told of a new key.

use anlanh_app::peer::Replied;
use anlanh_app::{Site, peer};
use anlanh_model::Role;

use crate::browser::browser;
use crate::pages::{Page, visit};
use crate::support::{Server, Session, header, json};

pub const OFFICE: &str = "bo-cong-an-a05";
pub const AUTHORITY: &str = "https://co-quan.example";
pub const PLATFORM: &str = "https://mang-xa-hoi-vi-du.example";

/// The node of an office.
pub async fn authority() -> Server {
    let site = Site::new("Cục An ninh mạng và phòng, chống tội phạm công nghệ cao", AUTHORITY, "");
    let site = site.unwrap().with_roles(&["authority".to_owned()]);
    Server::at(site.of_office(Some(OFFICE.to_owned()))).await
}

/// The node of a platform.
pub async fn platform() -> Server {
    Server::at(Site::new("Mạng xã hội Ví Dụ", PLATFORM, "").unwrap()).await
}

/// The fingerprint of the key that a server signs with.
pub async fn fingerprint(server: &Server) -> String {
    let card = peer::card(server.app()).await.unwrap();
    card.keys.first().unwrap().fingerprint.to_string()
}

/// One node reads the card of another.
pub async fn introduce(server: &Server, other: &Server) {
    let card = peer::card(other.app()).await.unwrap().to_json();
    for pending in peer::pending(server.app()).await.unwrap() {
        peer::take_card(server.app(), &pending, &card).await.unwrap();
    }
}

/// Somebody adds a node on the page; the status of the answer.
pub async fn add(server: &Server, by: &Session, url: &str, fingerprint: &str, office: &str) -> u16 {
    let fields = [("url", url), ("fingerprint", fingerprint), ("office", office)];
    server.submit("/console/peers", by, &fields).await.status().as_u16()
}

/// The page of nodes, as it is answered.
async fn shown(server: &Server, by: &Session) -> String {
    server.page("/console/peers", by).await.text().await.unwrap()
}

#[tokio::test]
async fn a_node_is_added_introduced_cut_off_and_added_again() {
    let (server, other) = (authority().await, platform().await);
    let administrator = server.session(Role::Administrator).await;
    let read = async || shown(&server, &administrator).await;
    let (own, theirs) = (fingerprint(&server).await, fingerprint(&other).await);
    let page = read().await;
    for group in own.split(' ') {
        assert!(page.contains(&format!("<span>{group}</span>")), "{group}");
    }
    assert!(page.contains("Chưa có nút nào") && page.contains("Không phải cơ quan"));

    let fields = [("url", PLATFORM), ("fingerprint", "0f3a 77"), ("office", OFFICE)];
    let refused = server.submit("/console/peers", &administrator, &fields).await;
    assert_eq!(refused.status().as_u16(), 422);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("role=\"alert\"") && refused.contains(">0f3a 77</textarea>"),
        "what was typed stays"
    );
    assert!(refused.contains(&format!("value=\"{OFFICE}\" selected")));
    assert_eq!(add(&server, &administrator, AUTHORITY, &own, "").await, 422, "itself");

    assert_eq!(add(&server, &administrator, PLATFORM, &theirs, "").await, 303);
    let page = read().await;
    assert!(page.contains("Chờ đọc thẻ") && page.contains(PLATFORM));
    introduce(&server, &other).await;
    let page = read().await;
    assert!(
        page.contains("Đang kết nối") && page.contains("Mạng xã hội Ví Dụ"),
        "{page}"
    );

    let cut = page
        .split("action=\"")
        .find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("/cut")));
    let cut = server.submit(cut.unwrap(), &administrator, &[]).await;
    assert_eq!(cut.status().as_u16(), 303);
    let page = read().await;
    assert!(page.contains("Đã ngắt") && page.contains("do quản trị viên") && !page.contains("/cut\""));
    let again = page
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|path| path.contains("again=")));
    let again = again.unwrap().split('#').next().unwrap().to_owned();
    let form = server.page(&again, &administrator).await.text().await.unwrap();
    assert!(
        form.contains(&format!("value=\"{PLATFORM}\"")),
        "the address is filled in"
    );
    assert!(form.contains("></textarea>"), "the fingerprint is not");

    assert_eq!(add(&server, &administrator, PLATFORM, &"0".repeat(64), "").await, 303);
    introduce(&server, &other).await;
    assert!(read().await.contains("khóa trên thẻ khác với vân tay đã đối chiếu"));
}

#[tokio::test]
async fn what_a_node_signed_twice_under_one_number_is_given_out_to_be_shown() {
    let (server, other) = (authority().await, platform().await);
    let administrator = server.session(Role::Administrator).await;
    let theirs = fingerprint(&other).await;
    assert_eq!(add(&server, &administrator, PLATFORM, &theirs, "").await, 303);
    introduce(&server, &other).await;
    let read = async || shown(&server, &administrator).await;
    assert!(!read().await.contains("/evidence"));
    for sql in [
        "INSERT INTO peer_inbox (peer, stream, number, kind, received_at, digest, message, signature_input, signature, receipt)
         SELECT id, 'order:1', 1, 'remind', 1790000000000000, x'01', CAST('một' AS BLOB), 'a=()', 'a=:AA==:', x'' FROM peer",
        "INSERT INTO peer_evidence (peer, stream, number, received_at, digest, message, signature_input, signature)
         SELECT id, 'order:1', 1, 1790000060000000, x'02', CAST('hai' AS BLOB), 'b=()', 'b=:AA==:' FROM peer",
    ] {
        server.tamper(sql).await;
    }
    let page = read().await;
    let path = page
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("/evidence")));
    let path = path.unwrap();
    let file = server.page(path, &administrator).await;
    assert!(header(&file, "content-disposition").starts_with("attachment"));
    let file = json(file).await;
    assert_eq!(file["from"], PLATFORM);
    let pair = &file["pairs"][0];
    assert_eq!(
        (&pair["first"]["message"], &pair["other"]["message"]),
        (&"một".into(), &"hai".into())
    );
    assert_eq!(pair["other"]["signature_input"], "b=()");
    let auditor = server.session(Role::Auditor).await;
    assert_eq!(server.page(path, &auditor).await.status().as_u16(), 403);
}

#[tokio::test]
async fn a_key_is_followed_by_another_and_taken_for_a_while() {
    let server = authority().await;
    let administrator = server.session(Role::Administrator).await;
    let before = fingerprint(&server).await;
    let done = server.submit("/console/peers/rotate", &administrator, &[]).await;
    assert_eq!(done.status().as_u16(), 303);
    let after = fingerprint(&server).await;
    assert_ne!(before, after);
    let page = shown(&server, &administrator).await;
    for fingerprint in [&before, &after] {
        assert!(
            fingerprint
                .split(' ')
                .all(|group| page.contains(&format!("<span>{group}</span>")))
        );
    }
    assert!(
        page.contains("Còn được chấp nhận đến") && page.contains("30 ngày"),
        "{page}"
    );
}

#[tokio::test]
async fn sections_are_shown_where_they_are_of_use() {
    let (office, plain) = (authority().await, platform().await);
    let shown = async |server: &Server, role: Role| {
        let session = server.session(role).await;
        let page = server.page("/console/account", &session).await.text().await.unwrap();
        ["/console/issued", "/console/peers"].map(|path| page.contains(&format!("href=\"{path}\"")))
    };
    for role in [Role::PolicyManager, Role::Reviewer, Role::Auditor] {
        assert_eq!(shown(&office, role).await, [true, false], "{role}");
        assert_eq!(shown(&plain, role).await, [false, false], "{role}");
    }
    assert_eq!(shown(&office, Role::Administrator).await, [false, true]);
    assert_eq!(shown(&plain, Role::Administrator).await, [false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_nodes_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let (server, other) = (authority().await, platform().await);
    let administrator = server.session(Role::Administrator).await;
    let path = || "/console/peers".to_owned();
    let session = Some(&administrator);
    let empty = Page {
        name: "peers-empty",
        path: path(),
        session,
    };
    visit(&browser, &server, &empty).await;
    let theirs = fingerprint(&other).await;
    add(&server, &administrator, PLATFORM, &theirs, "").await;
    introduce(&server, &other).await;
    add(
        &server,
        &administrator,
        "https://vien-thong.example",
        &"0".repeat(64),
        "",
    )
    .await;
    introduce(&server, &other).await;
    add(
        &server,
        &administrator,
        "https://mot-co-quan-khac.example/an-lanh",
        &"12ab".repeat(16),
        "bo-vhttdl",
    )
    .await;
    let pending = peer::pending(server.app()).await.unwrap();
    let why = "no connection".to_owned();
    peer::not_reached(server.app(), pending.first().unwrap(), why)
        .await
        .unwrap();
    server.submit("/console/peers/rotate", &administrator, &[]).await;
    let answer = Replied::Answer {
        status: 422,
        fields: &[],
        body: br#"{"code":"message-newer"}"#,
        expected: None,
    };
    for sent in peer::due(server.app(), 10).await.unwrap() {
        peer::answered(server.app(), &sent, answer).await.unwrap();
    }
    let page = shown(&server, &administrator).await;
    let held = "1 luồng thông điệp bị từ chối: bên kia chưa biết dạng thông điệp này, phải cập nhật phần mềm ở đó";
    assert!(
        page.contains(held) && page.contains("status 422 message-newer"),
        "{page}"
    );
    let full = Page {
        name: "peers",
        path: path(),
        session,
    };
    visit(&browser, &server, &full).await;
}
