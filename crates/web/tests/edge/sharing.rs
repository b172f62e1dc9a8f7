//! Rules of sharing on their page, and what they planned there and on the page of the incident.

use anlanh_app::incident::raise;
use anlanh_model::Role;

use crate::browser::browser;
use crate::console::between;
use crate::incidents::alert;
use crate::orders::start;
use crate::pages::{Page, visit};
use crate::support::{Server, Session};

const HOME: &str = "/console/sharing";
const RULE: [(&str, &str); 5] = [
    ("name", "Báo sự cố nghiêm trọng"),
    ("basis", "Công văn 2290/BTTTT-CATTT"),
    ("severity", "high"),
    ("events", "dns"),
    ("wait", "60"),
];

async fn text(server: &Server, page: &str, session: &Session) -> String {
    server.page(page, session).await.text().await.unwrap()
}

async fn done(server: &Server, page: &str, session: &Session, fields: &[(&str, &str)]) -> String {
    let done = server.submit(page, session, fields).await;
    let status = done.status().as_u16();
    let place = done.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
    assert_eq!(status, 303, "{fields:?}: {}", done.text().await.unwrap());
    place.unwrap()
}

/// A rule of one, put in force by another, and an incident that it is about: its page.
pub async fn planned(server: &Server, (lan, minh): (&Session, &Session), listed: &str) -> String {
    let place = done(server, HOME, lan, &RULE).await;
    let id = place.split_once("#rule-").unwrap().1;
    done(server, &format!("{HOME}/{id}/step"), minh, &[("step", "enforce")]).await;
    let batch = [alert(server, "198.51.100.77", listed)];
    raise(&server.app, &batch).await.unwrap();
    let list = text(server, "/console/incidents", lan).await;
    let page = between(&list, "class=\"open\" href=\"", "\"");
    let grade = [("step", "triage"), ("severity", "high")];
    done(server, &format!("{page}/step"), lan, &grade).await;
    page
}

fn plan_of(page: &str) -> String {
    format!(
        "{HOME}/plans/{}/step",
        between(page, "/console/sharing/plans/", "/step")
    )
}

#[tokio::test]
async fn a_rule_is_made_by_one_put_in_force_by_another_and_what_it_plans_is_held_back() {
    let server = start().await;
    let (lan, minh) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    let soc = text(&server, "/console/soc", &lan).await;
    assert!(soc.contains("href=\"/console/sharing\""), "{soc}");
    for (at, bad) in [(0, ""), (2, "grave"), (3, "smoke"), (4, "1441"), (4, "-1")] {
        let mut fields = RULE;
        fields[at].1 = bad;
        let refused = server.submit(HOME, &lan, &fields).await;
        assert_eq!(refused.status().as_u16(), 422, "{bad}");
        let refused = refused.text().await.unwrap();
        assert!(
            refused.contains("role=\"alert\"") && refused.contains("Công văn 2290"),
            "{refused}"
        );
    }
    let place = done(&server, HOME, &lan, &RULE).await;
    let id = place.split_once("#rule-").unwrap().1;
    let own = server
        .submit(&format!("{HOME}/{id}/step"), &lan, &[("step", "enforce")])
        .await;
    assert_eq!(own.status().as_u16(), 409);
    assert!(own.text().await.unwrap().contains("không tự cho hiệu lực"));
    done(&server, &format!("{HOME}/{id}/step"), &lan, &[("step", "end")]).await;

    let page = planned(&server, (&lan, &minh), "dieu-khien.example").await;
    for place in [HOME, &page] {
        let shown = text(&server, place, &lan).await;
        for words in [
            "Đang chờ gửi",
            "Báo sự cố nghiêm trọng",
            "Máy 1: domain dieu-khien.example",
        ] {
            assert!(shown.contains(words), "{place} {words}: {shown}");
        }
        assert!(!shown.contains("198.51.100.77"), "{shown}");
    }
    let plan = plan_of(&text(&server, HOME, &lan).await);
    let auditor = server.session(Role::Auditor).await;
    let shown = text(&server, HOME, &auditor).await;
    assert!(shown.contains("Đang chờ gửi") && !shown.contains("/step"), "{shown}");
    let refused = server.submit(&plan, &auditor, &[("step", "send")]).await;
    assert_eq!(refused.status().as_u16(), 403);
    let hold = [("step", "hold"), ("words", "Chờ xác minh."), ("back", "incident")];
    assert_eq!(done(&server, &plan, &lan, &hold).await, page);
    let twice = server.submit(&plan, &lan, &hold).await;
    assert_eq!(twice.status().as_u16(), 409);
    let shown = text(&server, &page, &lan).await;
    assert!(
        shown.contains("Đã giữ lại,") && shown.contains("Chờ xác minh."),
        "{shown}"
    );
    assert_eq!(done(&server, &plan, &minh, &[("step", "send")]).await, HOME);
    let shown = text(&server, &page, &lan).await;
    assert!(
        shown.contains("theo quy tắc “Báo sự cố nghiêm trọng”") && shown.contains("Ký edXML theo quy tắc"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_sharing_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let (lan, minh) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    let seen = async |name: &'static str, path: &str, session: &Session| {
        let (path, session) = (path.to_owned(), Some(session));
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("sharing-empty", HOME, &lan).await;
    let long = format!("{}.dieu-khien-tu-xa.example", "rat-dai".repeat(8));
    let page = planned(&server, (&lan, &minh), &long).await;
    done(&server, HOME, &lan, &RULE).await;
    seen("sharing", HOME, &lan).await;
    seen("incident-planned", &page, &minh).await;
    let plan = plan_of(&text(&server, HOME, &lan).await);
    done(&server, &plan, &lan, &[("step", "hold"), ("words", "Chờ xác minh.")]).await;
    let auditor = server.session(Role::Auditor).await;
    seen("sharing-held", HOME, &auditor).await;
}
