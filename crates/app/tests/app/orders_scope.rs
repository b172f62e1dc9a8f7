//! Whether an order is within the law: its office, its articles on its own day, and how long a lock may be.

use anlanh_app::order::{Amendment, Entry, Step};
use anlanh_model::{Id, Order, OrderError, OrderKind, ScopeFinding};
use anlanh_pack::Day;

use crate::node::{Node, on_each};
use crate::orders::{call, enter, entry, life, show, step};

#[test]
fn the_scope_is_that_of_the_law_on_the_day_of_issue() {
    on_each(async |node| {
        let found = async |change: &dyn Fn(&mut Entry)| {
            let mut entry = entry(&node, OrderKind::Remove, &[("item", "p")]);
            change(&mut entry);
            let id = enter(&node, entry).await;
            step(&node, id, Step::Authenticate(call(&node))).await.unwrap();
            let scope = show(&node, id).await.scope;
            let checked = step(&node, id, Step::Check).await;
            assert_eq!(checked.is_ok(), scope.holds(), "{scope:?}");
            if !scope.holds() {
                assert_eq!(life(checked), OrderError::OutOfScope);
                assert_eq!(life(step(&node, id, Step::Take).await), OrderError::NotChecked);
            }
            scope
        };
        let good = found(&|_| ()).await;
        assert_eq!(good.worst(), ScopeFinding::Holds);
        // The decree came into force on 19 August 2026.
        let issued = |day| {
            move |entry: &mut Entry| {
                entry.issued_on = Day {
                    year: 2026,
                    month: 8,
                    day,
                }
            }
        };
        assert_eq!(found(&issued(18)).await.basis, ScopeFinding::Fails);
        assert_eq!(found(&issued(19)).await.basis, ScopeFinding::Holds);
        let of = |office: &'static str, basis: &'static str| {
            move |entry: &mut Entry| {
                entry.office = office.to_owned();
                entry.basis = vec![basis.to_owned()];
            }
        };
        assert_eq!(
            found(&of("cuc-ptth-ttdt", "nd-147-2024/35.6")).await.worst(),
            ScopeFinding::Holds
        );
        assert_eq!(
            found(&of("cuc-ptth-ttdt", "nd-333-2026/16.4.a")).await.basis,
            ScopeFinding::Fails
        );
        assert_eq!(
            found(&of("so-khcn", "nd-147-2024/35.6")).await.worst(),
            ScopeFinding::Unconfirmed
        );
        let gone = found(&of("so-tttt", "nd-147-2024/35.6")).await;
        assert_eq!((gone.office, gone.power), (ScopeFinding::Fails, ScopeFinding::Fails));
        let unsuited = found(&|entry| entry.targets = vec![("account".to_owned(), "u".to_owned())]).await;
        assert_eq!(unsuited.targets, ScopeFinding::Fails);
    });
}

#[test]
fn every_article_that_an_order_cites_is_held_against_its_day() {
    on_each(async |node| {
        let found = async |basis: &[&str], month: u8, day: u8| {
            let mut entry = entry(&node, OrderKind::Remove, &[("item", "p")]);
            entry.basis = basis.iter().map(|key| (*key).to_owned()).collect();
            entry.issued_on = Day { year: 2026, month, day };
            let id = enter(&node, entry).await;
            step(&node, id, Step::Authenticate(call(&node))).await.unwrap();
            (id, cited(&node, id).await)
        };
        let (law, decree) = ("luat-116-2025/25.2.b", "nd-333-2026/16.4.a");
        let (old, other) = ("luat-24-2018/26.2.b", "nd-333-2026/16.3.b");
        let (holds, unconfirmed) = (ScopeFinding::Holds, ScopeFinding::Unconfirmed);
        let (partly, fails) = (ScopeFinding::Partly, ScopeFinding::Fails);
        for (basis, (month, day), expected, standings) in [
            (&[law, decree][..], (9, 21), holds, "covers covers"),
            (&[law, decree], (8, 18), partly, "covers not_yet"),
            (&[decree], (8, 18), fails, "not_yet"),
            (&[old, decree], (9, 21), partly, "ended covers"),
            (&[old], (9, 21), fails, "ended"),
            (&[old], (6, 20), unconfirmed, "covers"),
            (&[decree, other], (9, 21), holds, "covers no_power"),
            (&[other], (9, 21), fails, "no_power"),
        ] {
            let (id, (basis_found, said)) = found(basis, month, day).await;
            assert_eq!(
                (basis_found, said.as_str()),
                (expected, standings),
                "{basis:?} {day}/{month}"
            );
            let checked = step(&node, id, Step::Check).await;
            assert_eq!(checked.is_ok(), expected != fails, "{basis:?} {day}/{month}");
        }
        // What its office asks for besides is held against the law of the day on which it does.
        let (id, _) = found(&[old], 6, 20).await;
        let amend = async |id, add: &[&str]| {
            let amendment = Amendment {
                drop: Vec::new(),
                add: add.iter().map(|it| ("item".to_owned(), (*it).to_owned())).collect(),
                expires_at: None,
                secret_until: None,
                call: call(&node),
                words: "Sửa đổi.".to_owned(),
            };
            step(&node, id, Step::Amend(amendment)).await.unwrap();
        };
        amend(id, &["q"]).await;
        assert_eq!(cited(&node, id).await, (fails, "covers ended".to_owned()));
        assert_eq!(life(step(&node, id, Step::Check).await), OrderError::OutOfScope);
        let (id, _) = found(&[old], 6, 20).await;
        amend(id, &[]).await;
        assert_eq!(
            cited(&node, id).await,
            (unconfirmed, "covers".to_owned()),
            "nothing more"
        );
    });
}

/// What the basis of an order comes to, and each article.
async fn cited(node: &Node, id: Id<Order>) -> (ScopeFinding, String) {
    let view = show(node, id).await;
    let articles = view.grounds.articles.iter();
    let standings: Vec<&str> = articles.map(|article| article.standing.key()).collect();
    (view.scope.basis, standings.join(" "))
}

#[test]
fn a_lock_is_as_long_as_a_ladder_allows_that_the_order_cites() {
    on_each(async |node| {
        let found = async |basis: &[&str], lock_days: Option<u32>, change: &dyn Fn(&mut Entry)| {
            let mut entry = entry(&node, OrderKind::Lock, &[("account", "u")]);
            entry.basis = basis.iter().map(|key| (*key).to_owned()).collect();
            entry.lock_days = lock_days;
            change(&mut entry);
            let id = enter(&node, entry).await;
            step(&node, id, Step::Authenticate(call(&node))).await.unwrap();
            let view = show(&node, id).await;
            let checked = step(&node, id, Step::Check).await;
            assert_eq!(checked.is_ok(), view.scope.holds(), "{:?}", view.scope);
            let ladders = view.grounds.ladders.iter();
            let ladders = ladders.map(|it| format!("{} {} {}", it.ladder, it.is_cited, it.fit.key()));
            (view.scope.lock, ladders.collect::<Vec<_>>().join(", "))
        };
        let (holds, unconfirmed, fails) = (ScopeFinding::Holds, ScopeFinding::Unconfirmed, ScopeFinding::Fails);
        let (by_147, by_333) = ("nd-147-2024/35.7", "nd-333-2026/16.4.d");
        let (for_good, of_law) = ("nd-333-2026/16.4.dd", "luat-116-2025/25.2.c");
        for (basis, days, expected, ladders) in [
            (
                &[by_147][..],
                Some(6),
                fails,
                "nd-147-2024 true too_short, nd-333-2026 false fits",
            ),
            (
                &[by_147],
                Some(7),
                holds,
                "nd-147-2024 true fits, nd-333-2026 false fits",
            ),
            (
                &[by_147],
                Some(30),
                holds,
                "nd-147-2024 true fits, nd-333-2026 false fits",
            ),
            (
                &[by_147],
                Some(31),
                fails,
                "nd-147-2024 true too_long, nd-333-2026 false fits",
            ),
            (&[by_147], None, holds, "nd-147-2024 true fits, nd-333-2026 false fits"),
            (
                &[by_333],
                Some(1),
                holds,
                "nd-147-2024 false too_short, nd-333-2026 true fits",
            ),
            (
                &[by_333],
                Some(180),
                holds,
                "nd-147-2024 false too_long, nd-333-2026 true fits",
            ),
            (
                &[by_333],
                Some(181),
                fails,
                "nd-147-2024 false too_long, nd-333-2026 true too_long",
            ),
            (
                &[by_333],
                None,
                fails,
                "nd-147-2024 false fits, nd-333-2026 true other_article",
            ),
            (
                &[for_good],
                None,
                holds,
                "nd-147-2024 false fits, nd-333-2026 true fits",
            ),
            // It holds by one of two, and the other is said not to allow it.
            (
                &[by_147, by_333],
                Some(90),
                holds,
                "nd-147-2024 true too_long, nd-333-2026 true fits",
            ),
            (
                &[by_147, by_333],
                Some(3_650),
                fails,
                "nd-147-2024 true too_long, nd-333-2026 true too_long",
            ),
            // The law itself says nothing of lengths: what no decree allows is not allowed by leaving it out.
            (
                &[of_law],
                Some(90),
                unconfirmed,
                "nd-147-2024 false too_long, nd-333-2026 false fits",
            ),
            (
                &[of_law],
                Some(3_650),
                fails,
                "nd-147-2024 false too_long, nd-333-2026 false too_long",
            ),
        ] {
            let (found, why) = found(basis, days, &|_| ()).await;
            assert_eq!((found, why.as_str()), (expected, ladders), "{basis:?} {days:?}");
        }
        // The decree came into force on 19 August 2026: the day before, its ladder says nothing.
        let before = |entry: &mut Entry| {
            entry.issued_on = Day {
                year: 2026,
                month: 8,
                day: 18,
            };
        };
        let (lock, ladders) = found(&[by_147, by_333], Some(90), &before).await;
        assert_eq!((lock, ladders.as_str()), (fails, "nd-147-2024 true too_long"));
        let removal = |entry: &mut Entry| {
            entry.kind = OrderKind::Remove;
            entry.targets = vec![("item".to_owned(), "p".to_owned())];
        };
        let (lock, ladders) = found(&["nd-333-2026/16.4.a"], Some(3_650), &removal).await;
        assert_eq!((lock, ladders.as_str()), (holds, ""), "nothing is locked");
    });
}
