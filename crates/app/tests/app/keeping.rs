//! What is kept goes when its time is over or somebody has it erased, and stays while there is a claim to it.

use std::path::Path;

use anlanh_app::keeping::{self, Certificate, Fate, KeepingError, Standing, WhyErased, Wish};
use anlanh_app::{Error, Item, appeal, case, enforcement, image, item, jobs, report};
use anlanh_model::{Actor, AuditAction, Id, ImageFormat, Kept, KeptFor, Party, Role, Scope};
use anlanh_store::Target;

use crate::node::{BAIT, Node, judge, machine, node, on_each, removal};

/// Stands in one text alone, so that it is found in files.
const SECRET: &str = "khongaibiet7391";
const DAY: i64 = 24 * 60;

fn platform() -> Actor {
    Actor::Token {
        id: Id::from_number(3).unwrap(),
        scopes: vec![Scope::ErasuresWrite],
        person: None,
    }
}

async fn keep_of(node: &Node, author: &str, text: &str) -> (Id<Item>, Option<Id<anlanh_model::Case>>) {
    let json = serde_json::json!({ "text": text, "author": { "ref": author } }).to_string();
    let judged = judge(node, &json).unwrap();
    let lines = item::keep(&node.app, &machine(), vec![judged]).await.unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&lines[0]).unwrap();
    let case = kept["case"].as_str().map(|case| case.parse().unwrap());
    (kept["item"].as_str().unwrap().parse().unwrap(), case)
}

async fn text_of(node: &Node, id: Id<Item>) -> Option<String> {
    let view = item::show(&node.app, &node.manager(), id).await.unwrap();
    view.content.map(|content| content.text)
}

async fn run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

async fn standing(node: &Node, id: Id<Item>) -> Standing {
    keeping::show(&node.app, &node.manager(), id).await.unwrap().standing
}

async fn certificate(node: &Node, of: &Certificate) -> Certificate {
    let auditor = node.auditor();
    let read = keeping::certificate(&node.app, &auditor, of.row.id, None, 200);
    read.await.unwrap()
}

fn kept_for(certificate: &Certificate) -> Vec<(Id<Item>, Option<KeptFor>)> {
    let fates = certificate.fates.iter();
    fates
        .map(|fate| match fate.fate {
            Fate::Erased(_) => (fate.item, None),
            Fate::Kept(kept) => (fate.item, Some(kept.reason)),
        })
        .collect()
}

#[test]
fn an_item_goes_when_its_time_is_over() {
    on_each(async |node| {
        let (clean, none) = keep_of(&node, "a", "Chúc cả nhà cuối tuần vui vẻ").await;
        let (open, open_case) = keep_of(&node, "b", BAIT).await;
        let (decided, decided_case) = keep_of(&node, "c", BAIT).await;
        assert!(none.is_none() && open_case.is_some());
        let lan = Actor::Person(node.person);
        let done = case::decide(&node.app, &lan, decided_case.unwrap(), removal()).await;
        done.unwrap();
        let now = node.app.clock().now();
        let expected = Kept {
            reason: KeptFor::Retention,
            until: Some(now.plus_minutes(365 * DAY)),
        };
        assert_eq!(standing(&node, clean).await, Standing::Kept(expected));
        node.wait_minutes(365 * DAY - 1);
        run(&node).await;
        assert!(text_of(&node, clean).await.is_some(), "not a minute before");
        // The round comes once a day.
        node.wait_minutes(1);
        run(&node).await;
        assert!(text_of(&node, clean).await.is_some());
        node.wait_minutes(DAY);
        run(&node).await;
        assert_eq!(text_of(&node, clean).await, None);
        let view = item::show(&node.app, &node.manager(), clean).await.unwrap();
        assert_eq!((view.item.author, view.item.facts.as_str()), (None, "{}"));
        let erased = standing(&node, clean).await;
        assert!(matches!(erased, Standing::Erased(_, WhyErased::Time)), "{erased:?}");
        let found = item::ItemFilter::Words("cuối tuần".to_owned());
        let found = item::list(&node.app, &node.manager(), found, None, 10).await;
        assert!(found.unwrap().is_empty(), "and is found no more");
        assert!(text_of(&node, decided).await.is_some());
        node.wait_minutes(366 * DAY);
        run(&node).await;
        assert_eq!(text_of(&node, decided).await, None);
        assert!(text_of(&node, open).await.is_some(), "evidence of an open case stays");
        let view = case::show(&node.app, &node.manager(), decided_case.unwrap())
            .await
            .unwrap();
        assert!(
            view.content.is_none() && view.decision.is_some(),
            "what was decided stays"
        );
        assert!(node.actions().await.contains(&AuditAction::EraseItems));
    });
}

#[test]
fn reports_and_appeals_go_when_their_time_is_over() {
    on_each(async |node| {
        let (_, reported) = keep_of(&node, "a", BAIT).await;
        let lan = Actor::Person(node.person);
        let decision = case::decide(&node.app, &lan, reported.unwrap(), removal()).await;
        let decision = decision.unwrap().done().unwrap().id;
        let links = appeal::links(&node.app, &appeals(), decision).await.unwrap();
        let author = links.into_iter().find(|(party, _)| *party == Party::Author);
        let secret = author.unwrap().1.path().replace("/d/", "");
        appeal::open_by_link(&node.app, &secret, "Tôi chỉ cảnh báo.")
            .await
            .unwrap();
        appeal::withdraw_by_link(&node.app, &secret).await.unwrap();
        let told = report::submit(
            &node.app,
            &Actor::Outsider,
            crate::reports::about("lua-dao", "https://vi-du.vn/q/1"),
        );
        let told = told.await.unwrap();
        let case = crate::reports::row(&node, &told).await.case.unwrap();
        case::decide(&node.app, &lan, case, removal()).await.unwrap();
        // Whoever reported appeals late: their report is the way to it.
        let appealed = crate::reports::about("lua-dao", "https://vi-du.vn/q/2");
        let appealed = report::submit(&node.app, &Actor::Outsider, appealed).await.unwrap();
        let case = crate::reports::row(&node, &appealed).await.case.unwrap();
        case::decide(&node.app, &lan, case, removal()).await.unwrap();
        node.wait_minutes(100 * DAY);
        appeal::open_by_link(&node.app, &appealed.secret, "Cần khóa tài khoản.")
            .await
            .unwrap();
        appeal::withdraw_by_link(&node.app, &appealed.secret).await.unwrap();
        let read = async || {
            let concern = appeal::concern(&node.app, &secret).await.unwrap().unwrap();
            concern.appeal.unwrap().words
        };
        assert!(read().await.is_some());
        node.wait_minutes(265 * DAY + 1);
        run(&node).await;
        assert_eq!(read().await, None);
        assert!(report::status(&node.app, &told.secret).await.is_err());
        assert!(report::status(&node.app, &appealed.secret).await.is_ok());
        node.wait_minutes(100 * DAY);
        run(&node).await;
        node.wait_minutes(DAY);
        run(&node).await;
        assert!(report::status(&node.app, &appealed.secret).await.is_err());
    });
}

fn appeals() -> Actor {
    Actor::Token {
        id: Id::from_number(4).unwrap(),
        scopes: vec![Scope::AppealsWrite],
        person: None,
    }
}

#[test]
fn a_wish_is_done_when_nothing_keeps_the_item_any_more() {
    on_each(async |node| {
        let (clean, _) = keep_of(&node, "a", SECRET).await;
        let (disputed, case) = keep_of(&node, "a", BAIT).await;
        let (held, _) = keep_of(&node, "a", "Bài viết thứ ba của tôi").await;
        let (foreign, _) = keep_of(&node, "ab", "Bài của người khác").await;
        let reason = "Công an yêu cầu giữ nguyên, văn bản số 12";
        let hold = keeping::hold(&node.app, &node.manager(), held, reason, None)
            .await
            .unwrap();
        let wish = Wish::Account("a".to_owned());
        let asked = keeping::erase(&node.app, &platform(), wish).await.unwrap();
        assert_eq!((asked.erased, asked.items), (1, 3));
        let expected = [
            (clean, None),
            (disputed, Some(KeptFor::OpenCase)),
            (held, Some(KeptFor::LegalHold)),
        ];
        assert_eq!(kept_for(&asked), expected);
        assert!(asked.row.done_at.is_none() && asked.row.reference.as_deref() == Some("a"));
        assert_eq!(text_of(&node, clean).await, None);
        assert!(text_of(&node, foreign).await.is_some(), "a longer name is another's");

        let lan = Actor::Person(node.person);
        case::decide(&node.app, &lan, case.unwrap(), removal()).await.unwrap();
        node.wait_minutes(61);
        run(&node).await;
        let now = certificate(&node, &asked).await;
        assert_eq!(kept_for(&now)[1], (disputed, Some(KeptFor::Appeals)));
        node.wait_minutes(180 * DAY);
        run(&node).await;
        let now = certificate(&node, &asked).await;
        assert_eq!(kept_for(&now)[1], (disputed, None));
        assert_eq!(kept_for(&now)[2], (held, Some(KeptFor::LegalHold)));
        assert!(now.row.done_at.is_none() && now.row.purged_at.is_none());

        // What comes in later is another wish's, and is found by it; what is erased takes nothing in.
        let (later, _) = keep_of(&node, "a", "Bài viết sau yêu cầu xóa").await;
        let picture = b"\x89PNG\r\n\x1a\n".to_vec();
        let late = image::keep(&node.app, &machine(), clean, ImageFormat::Png, picture).await;
        assert!(matches!(late, Err(Error::Keeping(KeepingError::Erased))), "{late:?}");

        keeping::release(&node.app, &node.manager(), hold).await.unwrap();
        node.wait_minutes(61);
        run(&node).await;
        let now = certificate(&node, &asked).await;
        assert_eq!((now.erased, now.items), (3, 3));
        assert!(now.row.done_at.is_some());
        assert_eq!(now.row.reference, None, "nothing says any more whom it was about");
        node.wait_minutes(6 * 60);
        run(&node).await;
        assert!(certificate(&node, &asked).await.row.purged_at.is_some());
        assert!(text_of(&node, later).await.is_some());
        let wish = |account: &str| Wish::Account(account.to_owned());
        let again = keeping::erase(&node.app, &platform(), wish("a")).await.unwrap();
        assert_eq!(kept_for(&again), [(later, None)]);
        assert!(again.row.done_at.is_some());
        let once_more = keeping::erase(&node.app, &platform(), wish("b")).await;
        assert!(
            matches!(once_more, Err(Error::Keeping(KeepingError::Nothing))),
            "{once_more:?}"
        );
    });
}

#[test]
fn of_what_nothing_is_kept_there_is_no_certificate_and_the_log_says_that_it_was_asked() {
    on_each(async |node| {
        keep_of(&node, "khong-co-a", "Chúc cả nhà cuối tuần vui vẻ").await;
        let list = async || keeping::list(&node.app, &node.auditor(), None, 10).await.unwrap().len();
        let asked = async || {
            let actions = node.actions().await.into_iter();
            actions.filter(|action| *action == AuditAction::EraseItems).count()
        };
        let unknown: Id<Item> = Id::from_number(4_417).unwrap();
        let wishes = [
            Wish::Account("khong-co-ai".to_owned()),
            Wish::Account("khong-co".to_owned()),
            Wish::Item(unknown),
        ];
        for (before, wish) in wishes.into_iter().enumerate() {
            let refused = keeping::erase(&node.app, &platform(), wish.clone()).await;
            assert!(
                matches!(refused, Err(Error::Keeping(KeepingError::Nothing))),
                "{wish:?}: {refused:?}"
            );
            assert_eq!((list().await, asked().await), (0, before + 1), "{wish:?}");
        }
        let wish = Wish::Account("khong-co-a".to_owned());
        let erased = keeping::erase(&node.app, &platform(), wish.clone()).await.unwrap();
        assert_eq!((erased.erased, erased.items, list().await), (1, 1, 1));
        // Once it is done nothing is kept any more, and what was certified can still be read.
        let again = keeping::erase(&node.app, &platform(), wish).await;
        assert!(matches!(again, Err(Error::Keeping(KeepingError::Nothing))), "{again:?}");
        assert_eq!(certificate(&node, &erased).await, erased);
    });
}

#[test]
fn an_account_without_items_is_erased_where_anything_else_is_kept_of_it() {
    on_each(async |node| {
        let signs = Actor::Token {
            id: Id::from_number(5).unwrap(),
            scopes: vec![Scope::ActionsWrite],
            person: None,
        };
        let hashes = vec!["0f".repeat(16)];
        let kept = enforcement::keep_signals(&node.app, &signs, "chi-dau-hieu".to_owned(), hashes);
        kept.await.unwrap();
        let wish = |account: &str| Wish::Account(account.to_owned());
        let erased = keeping::erase(&node.app, &platform(), wish("chi-dau-hieu"))
            .await
            .unwrap();
        assert!(erased.row.done_at.is_some() && erased.items == 0);
        let again = keeping::erase(&node.app, &platform(), wish("chi-dau-hieu")).await;
        assert!(matches!(again, Err(Error::Keeping(KeepingError::Nothing))), "{again:?}");

        // What was decided about an account stays, and so does what the node knows of it.
        let (item, case) = keep_of(&node, "bi-phat", BAIT).await;
        let lan = Actor::Person(node.person);
        case::decide(&node.app, &lan, case.unwrap(), removal()).await.unwrap();
        node.wait_minutes(181 * DAY);
        let erased = keeping::erase(&node.app, &platform(), Wish::Item(item)).await.unwrap();
        assert_eq!(kept_for(&erased), [(item, None)]);
        let decided = keeping::erase(&node.app, &platform(), wish("bi-phat")).await.unwrap();
        assert_eq!((decided.items, decided.row.done_at.is_some()), (0, true));
    });
}

#[test]
fn an_account_with_many_items_is_looked_through_to_the_end() {
    on_each(async |node| {
        for number in 0..401 {
            keep_of(&node, "many", &format!("Bài số {number} của tôi")).await;
        }
        let wish = Wish::Account("many".to_owned());
        let asked = keeping::erase(&node.app, &platform(), wish).await.unwrap();
        assert_eq!((asked.erased, asked.row.done_at), (200, None));
        run(&node).await;
        let now = certificate(&node, &asked).await;
        assert_eq!((now.erased, now.items, now.fates.len()), (401, 401, 200));
        assert!(now.row.done_at.is_some());
        // What was counted of them is gone, too.
        let facts = facts_of_next(&node, "many", "Tôi trở lại").await;
        assert!(facts.contains("\"author.items_total\":0"), "{facts}");
    });
}

/// What an item that comes in now has in common with those before it.
async fn facts_of_next(node: &Node, author: &str, text: &str) -> String {
    keep_of(node, author, text).await;
    let manager = node.manager();
    let list = item::list(&node.app, &manager, item::ItemFilter::All, None, 1);
    list.await.unwrap().remove(0).facts
}

#[test]
fn what_was_counted_of_an_erased_item_goes_from_the_disk_with_it_and_nothing_else_does() {
    on_each(async |node| {
        let text = "Mời cả nhà ghé xem vi-du-4417.example hôm nay nhé";
        let (erased, _) = keep_of(&node, "a", text).await;
        keep_of(&node, "b", text).await;
        let counted = facts_of_next(&node, "c", text).await;
        for two in [
            "\"host.items_total\":2",
            "\"host.authors_day\":2",
            "\"text.items_total\":2",
        ] {
            assert!(counted.contains(two), "{two}: {counted}");
        }
        let wish = Wish::Item(erased);
        keeping::erase(&node.app, &platform(), wish).await.unwrap();
        run(&node).await;
        let counted = facts_of_next(&node, "a", text).await;
        let left = [
            "\"author.items_total\":0",
            "\"host.items_total\":2",
            "\"host.authors_day\":2",
            "\"text.items_total\":2",
        ];
        for left in left {
            assert!(counted.contains(left), "{left}: {counted}");
        }
    });
}

#[test]
fn a_hold_keeps_an_item_until_it_ends() {
    on_each(async |node| {
        let (id, _) = keep_of(&node, "a", "Chúc cả nhà cuối tuần vui vẻ").await;
        let hold = async |reason: &'static str, days: Option<u32>| {
            keeping::hold(&node.app, &node.manager(), id, reason, days).await
        };
        for days in [0, keeping::MAX_DAYS + 1] {
            let refused = hold("Lý do", Some(days)).await;
            assert!(
                matches!(refused, Err(Error::Keeping(KeepingError::Days))),
                "{refused:?}"
            );
        }
        assert!(matches!(hold(" ", None).await, Err(Error::Text("reason", _))));
        for role in [Role::Reviewer, Role::Administrator, Role::Auditor] {
            let person = Actor::Person(anlanh_model::Person { role, ..node.person });
            let refused = keeping::hold(&node.app, &person, id, "Lý do", None).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{role}: {refused:?}");
        }
        let longest = hold("Văn bản số 11", Some(keeping::MAX_DAYS)).await.unwrap();
        keeping::release(&node.app, &node.manager(), longest).await.unwrap();
        let first = hold("Văn bản số 12", Some(400)).await.unwrap();
        node.wait_minutes(366 * DAY);
        run(&node).await;
        assert!(text_of(&node, id).await.is_some());
        let wish = keeping::erase(&node.app, &platform(), Wish::Item(id)).await.unwrap();
        assert_eq!(kept_for(&wish), [(id, Some(KeptFor::LegalHold))]);
        node.wait_minutes(34 * DAY);
        run(&node).await;
        assert_eq!(text_of(&node, id).await, None, "the hold ended by itself");
        let ended = keeping::release(&node.app, &node.manager(), first).await;
        assert!(matches!(ended, Err(Error::Keeping(KeepingError::Ended))), "{ended:?}");
        let late = hold("Văn bản số 13", None).await;
        assert!(matches!(late, Err(Error::Keeping(KeepingError::Erased))), "{late:?}");
        let view = keeping::show(&node.app, &node.manager(), id).await.unwrap();
        assert_eq!(view.holds.len(), 2);
    });
}

fn stands_in(folder: &Path, what: &str) -> bool {
    crate::reports::stands_in(folder, what.as_bytes())
}

/// Erases an item with a picture and looks for its words in the files of the database and in a backup made afterwards.
async fn erase_and_look(node: &Node, folder: &Path, settle: impl Fn(), back_up: impl Fn() -> Vec<u8>) {
    let holds_secret = |backup: &[u8]| backup.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    let text = format!("Số nhà tôi là {SECRET}, ai cần thì hỏi");
    let (id, _) = keep_of(node, "tac-gia-4417", &text).await;
    let (other, _) = keep_of(node, "nguoi-khac", "Chúc cả nhà cuối tuần vui vẻ").await;
    let png = b"\x89PNG\r\n\x1a\nanhrieng5521".to_vec();
    image::keep(&node.app, &machine(), id, ImageFormat::Png, png)
        .await
        .unwrap();
    settle();
    assert!(holds_secret(&back_up()));
    for plain in [SECRET, "tac-gia-4417", "anhrieng5521"] {
        assert!(stands_in(folder, plain), "{plain} was there");
    }
    let asked = keeping::erase(&node.app, &platform(), Wish::Account("tac-gia-4417".to_owned()))
        .await
        .unwrap();
    assert!(asked.row.done_at.is_some());
    run(node).await;
    settle();
    for plain in [SECRET, "tac-gia-4417", "anhrieng5521"] {
        assert!(!stands_in(folder, plain), "{plain} is there no more");
    }
    assert!(
        !holds_secret(&back_up()),
        "and is in no backup that is made from now on"
    );
    assert!(certificate(node, &asked).await.row.purged_at.is_some());
    assert!(text_of(node, other).await.is_some());
    let found = item::ItemFilter::Words("cuối tuần".to_owned());
    let found = item::list(&node.app, &node.manager(), found, None, 10).await;
    assert_eq!(found.unwrap().len(), 1, "and the rest is still found");
}

#[test]
fn what_is_erased_is_gone_from_the_files_of_sqlite_and_from_backups() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("anlanh.db"));
    let lists = tempfile::tempdir().unwrap();
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let node = node(&target, policy, lists.path().to_owned());
    // What operators copy: the file, and the log beside it.
    let back_up = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files = files.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        files.flatten().collect()
    };
    crate::reports::runtime().block_on(erase_and_look(&node, folder.path(), || {}, back_up));
}

#[test]
fn what_is_erased_is_gone_from_the_tables_of_postgresql_and_from_backups() {
    let Some(server) = anlanh_testkit::Postgres::alone(anlanh_testkit::Durability::Memory) else {
        return;
    };
    let database = server.database();
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let lists = tempfile::tempdir().unwrap();
    let node = node(&Target::parse(database.address()), policy, lists.path().to_owned());
    let settle = || node.checkpoint();
    let back_up = || server.dump(&database);
    crate::reports::runtime().block_on(erase_and_look(
        &node,
        &server.folder().join("data/base"),
        settle,
        back_up,
    ));
}
