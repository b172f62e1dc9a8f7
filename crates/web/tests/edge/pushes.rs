//! Where indicators are pushed to: over the API and on its pages.

use anlanh_app::push;
use anlanh_model::{Role, Scope};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::pages::{Page, visit};
use crate::support::{Server, header};

const URL: &str = "https://taxii.example/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/";

#[tokio::test]
async fn pushes_are_managed_over_the_api_by_people() {
    let server = Server::start().await;
    let machine = server.token(&[Scope::IndicatorsWrite], None).await;
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::SocEngineer)).await;
    let new = json!({ "name": "Trung tâm", "url": URL, "tlp": "green", "kinds": ["url", "domain"], "token": "bí mật" });
    let (status, told) = server.ask("POST", "/v1/pushes", &machine, new.clone()).await;
    assert_eq!((status, &told["code"]), (403, &json!("needs-person")));
    let (status, made) = server.ask("POST", "/v1/pushes", &token, new.clone()).await;
    assert_eq!(status, 201, "{made}");
    for (field, bad) in [
        ("name", json!("Trung tâm")),
        ("url", json!("https://taxii.example/api/")),
        ("tlp", json!("red")),
        ("kinds", json!(["name"])),
        ("confidence", json!(101)),
        ("token", json!("")),
        ("user", json!("soc")),
    ] {
        let mut new = json!({ "name": "Khác", "url": URL, "token": "x" });
        new[field] = bad;
        let (status, told) = server.ask("POST", "/v1/pushes", &token, new).await;
        assert_eq!((status, &told["code"]), (422, &json!("bad-push")), "{field}");
    }
    let path = format!("/v1/pushes/{}", made["push"].as_str().unwrap());
    let (_, view) = server.ask("GET", &path, &machine, Value::Null).await;
    assert_eq!(
        (&view["state"], &view["has_credentials"], &view["kinds"]),
        (&json!("active"), &json!(true), &json!(["domain", "url"]))
    );
    assert!(!view.to_string().contains("bí mật"));
    let moved = json!({ "name": "Trung tâm", "url": URL.replace("taxii.", "khac.") });
    assert_eq!(server.ask("PUT", &path, &token, moved).await.0, 204);
    let (_, list) = server.ask("GET", "/v1/pushes", &machine, Value::Null).await;
    assert_eq!(
        list["pushes"][0]["has_credentials"], false,
        "a token goes to no other server"
    );
    let step = async |step: &str| {
        let path = format!("{path}/steps");
        server.ask("POST", &path, &token, json!({ "step": step })).await.0
    };
    for (name, status) in [
        ("pause", 204),
        ("resume", 204),
        ("again", 204),
        ("jump", 422),
        ("remove", 204),
        ("pause", 409),
    ] {
        assert_eq!(step(name).await, status, "{name}");
    }
    let (_, list) = server.ask("GET", "/v1/pushes", &machine, Value::Null).await;
    assert_eq!(list["pushes"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_pushes_are_fit_for_everybody() {
    let server = Server::start().await;
    let manager = server.session(Role::SocEngineer).await;
    let fields = [
        ("name", "Trung tâm quốc gia"),
        ("url", URL),
        ("tlp", "green"),
        ("confidence", "60"),
        ("kinds", "domain"),
        ("way", "bearer"),
        ("secret", "bí mật"),
    ];
    let mut bad = fields;
    bad[1].1 = "https://taxii.example/";
    let refused = server.submit("/console/pushes", &manager, &bad).await;
    assert_eq!(refused.status().as_u16(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("role=\"alert\"") && refused.contains("value=\"Trung tâm quốc gia\""));
    let added = server.submit("/console/pushes", &manager, &fields).await;
    assert_eq!(added.status().as_u16(), 303);
    let path = header(&added, "location").to_owned();
    // As after a server that was away and took not all.
    for sql in [
        "UPDATE push SET failures = 3, failure = 'status 503', refused = 2, why = 'no room', told_at = state_at",
        "INSERT INTO push (id, name, url, kinds, tlp, confidence, state, state_at, created_at, settings_at, next_at, position,
           failures, refused)
         SELECT id + 1, 'Nhà mạng bạn', url, '', 0, 50, 'paused', state_at, state_at, state_at, state_at, 0, 0, 0 FROM push",
    ] {
        server.tamper(sql).await;
    }
    let page = server.page(&path, &manager).await.text().await.unwrap();
    for words in [
        "Không đẩy được",
        "status 503",
        "no room",
        "có, được niêm phong",
        "Tên miền",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("bí mật"));
    let page = server.page("/console/feeds", &manager).await.text().await.unwrap();
    assert!(
        page.contains("Trung tâm quốc gia") && page.contains("Tạm dừng"),
        "beside the feeds"
    );
    let auditor = server.session(Role::Auditor).await;
    let page = server.page(&path, &auditor).await.text().await.unwrap();
    assert!(!page.contains("value=\"remove\"") && !page.contains("name=\"secret\""));
    let refused = server
        .submit(&format!("{path}/step"), &auditor, &[("step", "pause")])
        .await;
    assert_eq!(refused.status().as_u16(), 403);

    if let Some(browser) = browser().await {
        let session = Some(&manager);
        let see =
            async |name: &'static str, path: String| visit(&browser, &server, &Page { name, path, session }).await;
        see("pushes", "/console/pushes".to_owned()).await;
        see("push", path.clone()).await;
        see("feeds-and-pushes", "/console/feeds".to_owned()).await;
    }
    let removed = server
        .submit(&format!("{path}/step"), &manager, &[("step", "remove")])
        .await;
    assert_eq!(header(&removed, "location"), "/console/pushes");
    let left = push::list(server.app(), &server.actor(Role::Administrator).await).await;
    assert_eq!(left.unwrap().len(), 1);
}
