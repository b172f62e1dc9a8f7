//! The life of the policy: drafted, checked, tried, put in force, taken back, braked and replayed, on both databases.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_app::policy::{self, Choice, Edit, LoadedPack, Start, TrialView};
use anlanh_app::{Error, Lists, LoadedList, PolicyError, Shelf, case};
use anlanh_model::{Actor, Brake, Id, Outcome, Person, PolicyStep, Role, TrialKind, TrialState, VersionState};
use anlanh_pack::{BlockKind, Policy, limits};
use anlanh_screen::DomainSet;
use anlanh_store::trial::{self, Trial};
use anlanh_store::version::Version;

use crate::node::{Node, keep, on_each_with, removal, start};

pub const PACK: [(&str, &str); 6] = [
    (
        "pack.toml",
        "[pack]\nid = \"nho\"\nversion = \"1\"\nas_of = 2026-07-01\nutc_offset_minutes = 420\n\
         title = { vi = \"Gói nhỏ\", en = \"A small pack\" }\n",
    ),
    (
        "laws.toml",
        "[[law]]\nkey = \"l\"\nnumber = \"1/2026\"\ntitle = { vi = \"Luật\", en = \"Law\" }\nfrom = 2026-01-01\n\
         evidence = \"own\"\n[[law.article]]\nkey = \"1\"\ncite = { vi = \"Điều 1\", en = \"Article 1\" }\n\
         summary = { vi = \"Cấm\", en = \"Forbidden\" }\nevidence = \"own\"\n",
    ),
    (
        "categories.toml",
        "[[category]]\nkey = \"SC1\"\ntitle = { vi = \"Lừa đảo\", en = \"Fraud\" }\ndetectable = true\n\
         automatic = true\nbases = [\"l/1\"]\nevidence = \"own\"\n",
    ),
    (
        "lists.toml",
        "[[list]]\nid = \"xau\"\ncategory = \"SC1\"\ntitle = { vi = \"Trang xấu\", en = \"Bad sites\" }\n",
    ),
    (
        "lexicon/a.toml",
        "[[entry]]\nid = \"qua\"\ncategory = \"SC1\"\nseverity = \"low\"\nmode = \"obfuscated\"\n\
         phrases = [\"nhận quà\"]\nevidence = \"own\"\nhit = [\"mau nhận quà\"]\nmiss = [\"món quà\"]\n",
    ),
    (
        "rules/a.toml",
        "[[rule]]\nid = \"gift\"\ncategory = \"SC1\"\ntitle = { vi = \"Quà\", en = \"Gift\" }\n\
         when = 'lexicon.count(\"qua\") > 0'\naction = \"review\"\nautomatic = false\nevidence = \"own\"\n\
         hit = [\"mau nhận quà\"]\nmiss = [\"món quà\"]\n\n\
         [[rule]]\nid = \"listed\"\ncategory = \"SC1\"\ntitle = { vi = \"Trang xấu\", en = \"Bad site\" }\n\
         when = 'links.listed(\"xau\") > 0'\naction = \"block\"\nautomatic = true\nevidence = \"own\"\n\
         hit = [{ text = \"xem xau.example\", listed = { xau = [\"xau.example\"] } }]\nmiss = [\"xem tot.example\"]\n",
    ),
];

const ENTRY: &str = "[[entry]]\nid = \"thuong\"\ncategory = \"SC1\"\nseverity = \"low\"\nmode = \"obfuscated\"\n\
                     phrases = [\"trúng thưởng\"]\nevidence = \"own\"\nhit = [\"trúng thưởng rồi\"]\nmiss = [\"thưởng\"]\n";
const RULE: &str = "[[rule]]\nid = \"prize\"\ncategory = \"SC1\"\ntitle = { vi = \"Thưởng\", en = \"Prize\" }\n\
                    when = 'lexicon.count(\"thuong\") > 0'\naction = \"review\"\nautomatic = false\n\
                    evidence = \"own\"\nhit = [\"trúng thưởng rồi\"]\nmiss = [\"thưởng\"]\n";

fn pack() -> Policy {
    Policy::from_texts(PACK).unwrap()
}

fn on_each(test: impl AsyncFn(Node)) {
    on_each_with(&pack(), test);
}

fn block(kind: BlockKind, id: &str, path: &str, text: &str) -> Edit {
    Edit::Block {
        kind,
        id: id.to_owned(),
        path: Some(path.to_owned()),
        text: text.to_owned(),
    }
}

impl Node {
    fn hoa(&self) -> Actor {
        Actor::Person(self.manager)
    }

    async fn edit(&self, draft: Id<Version>, edit: Edit) -> Result<(), Error> {
        let seen = policy::show(&self.app, &self.hoa(), draft).await?.version.digest;
        policy::edit(&self.app, &self.hoa(), draft, &seen, edit).await.map(drop)
    }

    /// A draft that knows of prizes besides gifts.
    async fn draft(&self) -> Id<Version> {
        let live = self.app.engine().version;
        let draft = policy::begin(&self.app, &self.hoa(), live, "thêm mồi trúng thưởng").await;
        let draft = draft.unwrap().id;
        let entry = block(BlockKind::Entry, "thuong", "lexicon/a.toml", ENTRY);
        self.edit(draft, entry).await.unwrap();
        let rule = block(BlockKind::Rule, "prize", "rules/b.toml", RULE);
        self.edit(draft, rule).await.unwrap();
        draft
    }

    async fn action(&self, text: &str) -> String {
        keep(self, text).await["verdict"]["action"].as_str().unwrap().to_owned()
    }

    fn back_test(&self, draft: Id<Version>) -> Id<Trial> {
        policy::backtest(&self.app, &self.hoa(), draft).unwrap()
    }

    /// A trial, when it has ended.
    async fn ended(&self, trial: Id<Trial>) -> TrialView {
        loop {
            let view = policy::trial(&self.app, &self.hoa(), trial).await.unwrap();
            if view.trial.state != TrialState::Running && view.progress.is_none() {
                return view;
            }
            std::thread::yield_now();
        }
    }
}

fn item_of(kept: &serde_json::Value) -> Id<anlanh_app::Item> {
    kept["item"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_version_is_in_force_at_once_and_taken_back_in_one_step() {
    on_each(async |node| {
        let first = node.app.engine().version;
        assert_eq!(node.action("trúng thưởng rồi").await, "allow");
        let draft = node.draft().await;
        policy::enforce(&node.app, &node.hoa(), draft, "đã chạy thử").unwrap();
        assert_eq!(node.action("trúng thưởng rồi").await, "review");
        let again = policy::enforce(&node.app, &node.hoa(), draft, "lần nữa");
        assert!(matches!(again, Err(Error::Policy(PolicyError::InForce))));

        assert_eq!(policy::roll_back(&node.app, &node.hoa(), "báo nhầm").unwrap(), first);
        assert_eq!(node.action("trúng thưởng rồi").await, "allow");
        let steps = policy::steps(&node.app, &node.hoa(), None, 10).await.unwrap();
        let told: Vec<(PolicyStep, Option<&str>, &str)> = steps
            .iter()
            .map(|step| (step.step, step.by.as_deref(), step.note.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (PolicyStep::RollBack, Some("hoa"), "báo nhầm"),
                (PolicyStep::Enforce, Some("hoa"), "đã chạy thử"),
                (PolicyStep::Load, None, ""),
            ]
        );
    });
}

#[test]
fn what_has_judged_never_changes_and_two_do_not_write_over_each_other() {
    on_each(async |node| {
        let draft = node.draft().await;
        let seen = policy::show(&node.app, &node.hoa(), draft)
            .await
            .unwrap()
            .version
            .digest;
        let gift = || block(BlockKind::Rule, "gift", "rules/a.toml", "");
        node.edit(draft, gift()).await.unwrap();
        let late = policy::edit(&node.app, &node.hoa(), draft, &seen, gift()).await;
        assert!(matches!(late, Err(Error::Policy(PolicyError::DraftChanged))));

        policy::enforce(&node.app, &node.hoa(), draft, "xong").unwrap();
        let refused = node.edit(draft, gift()).await;
        assert!(matches!(refused, Err(Error::Policy(PolicyError::Version(_)))));
        let refused = policy::discard(&node.app, &node.hoa(), draft).await;
        assert!(matches!(refused, Err(Error::Policy(PolicyError::Version(_)))));

        let other = node.draft().await;
        policy::discard(&node.app, &node.hoa(), other).await.unwrap();
        let refused = policy::enforce(&node.app, &node.hoa(), other, "bỏ rồi");
        assert!(matches!(refused, Err(Error::Policy(PolicyError::Version(_)))));
        let view = policy::show(&node.app, &node.hoa(), other).await.unwrap();
        assert_eq!(view.version.state, VersionState::Discarded);
    });
}

#[test]
fn only_who_answers_for_the_rules_changes_them() {
    on_each(async |node| {
        let draft = node.draft().await;
        let lan = Actor::Person(node.person);
        let refused = policy::enforce(&node.app, &lan, draft, "x");
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert!(matches!(
            policy::shadow(&node.app, &lan, draft),
            Err(Error::Forbidden(_))
        ));
        assert!(matches!(
            policy::backtest(&node.app, &lan, draft),
            Err(Error::Forbidden(_))
        ));
        assert!(matches!(
            policy::roll_back(&node.app, &lan, "x"),
            Err(Error::Forbidden(_))
        ));
        let refused = policy::set_brake(&node.app, &lan, "gift", 1).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        policy::show(&node.app, &lan, draft).await.unwrap();
    });
}

#[test]
fn what_has_mistakes_or_examples_that_fail_does_not_judge() {
    on_each(async |node| {
        let draft = node.draft().await;
        let wrong = RULE.replace("lexicon.count(\"thuong\") > 0", "lexicon.count(\"thuong\") >");
        node.edit(draft, block(BlockKind::Rule, "prize", "rules/b.toml", &wrong))
            .await
            .unwrap();
        match policy::enforce(&node.app, &node.hoa(), draft, "x") {
            Err(Error::Policy(PolicyError::Mistakes(mistakes))) => {
                assert_eq!((mistakes[0].file.as_str(), mistakes[0].line), ("rules/b.toml", 5));
            }
            other => panic!("{other:?}"),
        }
        let failing = RULE.replace("miss = [\"thưởng\"]", "miss = [\"trúng thưởng\"]");
        node.edit(draft, block(BlockKind::Rule, "prize", "rules/b.toml", &failing))
            .await
            .unwrap();
        let refused = policy::shadow(&node.app, &node.hoa(), draft);
        assert!(matches!(refused, Err(Error::Policy(PolicyError::Examples(failures))) if failures.len() == 1));
        // A file that is no TOML is kept, so that nothing of it is lost; its rules cannot be told apart any more.
        let file = Edit::File {
            path: "rules/b.toml".to_owned(),
            text: "[[rule]\n".to_owned(),
        };
        node.edit(draft, file).await.unwrap();
        let rule = block(BlockKind::Rule, "prize", "rules/b.toml", RULE);
        assert!(matches!(
            node.edit(draft, rule).await,
            Err(Error::Policy(PolicyError::NotToml))
        ));
    });
}

#[test]
fn a_draft_holds_what_a_pack_may_hold_and_no_more() {
    on_each(async |node| {
        let draft = node.draft().await;
        let file = |path: &str, text: String| Edit::File {
            path: path.to_owned(),
            text,
        };
        for path in ["../a.toml", "a/b/c.toml", "a.txt", ".a.toml", "/a.toml", "a b.toml"] {
            let refused = node.edit(draft, file(path, String::new())).await;
            assert!(matches!(refused, Err(Error::Policy(PolicyError::BadPath))), "{path}");
        }
        let most = "#".repeat(limits::MAX_FILE_BYTES);
        node.edit(draft, file("rules/most.toml", most.clone())).await.unwrap();
        let refused = node.edit(draft, file("rules/more.toml", most + "#")).await;
        assert!(matches!(refused, Err(Error::Policy(PolicyError::TooMuchPack))));
        let there = policy::show(&node.app, &node.hoa(), draft).await.unwrap().files.len();
        for number in there..limits::MAX_FILES {
            let path = format!("rules/r{number}.toml");
            node.edit(draft, file(&path, String::new())).await.unwrap();
        }
        let refused = node.edit(draft, file("rules/one-more.toml", String::new())).await;
        assert!(matches!(refused, Err(Error::Policy(PolicyError::TooMuchPack))));
        let missing = Edit::RemoveFile {
            path: "rules/none.toml".to_owned(),
        };
        assert!(matches!(node.edit(draft, missing).await, Err(Error::NotFound("file"))));
    });
}

#[test]
fn what_runs_in_shadow_is_counted_and_seen_by_nobody() {
    on_each(async |node| {
        let draft = node.draft().await;
        policy::shadow(&node.app, &node.hoa(), draft).unwrap();
        assert_eq!(node.action("trúng thưởng rồi").await, "allow");
        let bait = keep(&node, "trúng thưởng, mau nhận quà").await;
        assert_eq!(bait["verdict"]["reasons"].as_array().unwrap().len(), 1);
        assert_eq!(node.action("trời đẹp").await, "allow");
        let overview = policy::overview(&node.app, &node.hoa()).await.unwrap();
        let (version, trial) = overview.shadow.unwrap();
        assert_eq!((version.id, version.state), (draft, VersionState::Sealed));
        assert_eq!(trial.kind, TrialKind::Shadow);

        // What a person makes of an item later tells of the version in shadow as well.
        let case = bait["case"].as_str().unwrap().parse().unwrap();
        case::decide(&node.app, &node.hoa(), case, removal()).await.unwrap();
        let view = policy::trial(&node.app, &node.hoa(), trial.id).await.unwrap();
        assert_eq!((view.totals.items, view.totals.changed), (3, 2));
        let went = |old: &str, new: &str| view.totals.actions.get(&(old.to_owned(), new.to_owned())).copied();
        assert_eq!(went("allow", "review"), Some(1));
        assert_eq!(went("review", "review"), Some(1));
        assert_eq!(went("allow", "allow"), Some(1));
        let prize = view.totals.rules["prize"];
        assert_eq!((prize.gained, prize.gained_confirmed, prize.lost), (2, 1, 0));
        let listed = policy::differences(&node.app, &node.hoa(), trial.id, None, 10)
            .await
            .unwrap();
        let listed: Vec<(&str, Option<Outcome>)> = listed
            .iter()
            .map(|row| (row.text.as_deref().unwrap(), row.outcome))
            .collect();
        assert_eq!(
            listed,
            [
                ("trúng thưởng, mau nhận quà", Some(Outcome::Remove)),
                ("trúng thưởng rồi", None),
            ]
        );
        // It counts for no rule in force.
        let rules = policy::rules(&node.app, &node.hoa()).await.unwrap();
        assert!(!rules.contains_key("prize"), "{rules:?}");

        // It goes on over a restart, and ends when another version comes into force.
        let node = {
            let start = start(pack(), node.shelf.clone());
            node.restart(start).unwrap()
        };
        node.action("trúng thưởng nhé").await;
        let view = policy::trial(&node.app, &node.hoa(), trial.id).await.unwrap();
        assert_eq!(view.totals.items, 4);
        let other = node.draft().await;
        policy::enforce(&node.app, &node.hoa(), other, "thay").unwrap();
        let view = policy::trial(&node.app, &node.hoa(), trial.id).await.unwrap();
        assert_eq!(view.trial.state, TrialState::Stopped);
        assert!(policy::overview(&node.app, &node.hoa()).await.unwrap().shadow.is_none());
        assert!(matches!(
            policy::end_shadow(&node.app, &node.hoa()),
            Err(Error::NotFound(_))
        ));
    });
}

#[test]
fn a_back_test_counts_every_kept_item_and_what_people_made_of_it() {
    on_each(async |node| {
        for number in 0..600 {
            keep(&node, &format!("trời đẹp {number}")).await;
        }
        for _ in 0..3 {
            keep(&node, "trúng thưởng rồi").await;
        }
        let bait = keep(&node, "trúng thưởng, nhận quà").await;
        let case = bait["case"].as_str().unwrap().parse().unwrap();
        let innocent = case::Verdict {
            outcome: Outcome::NoViolation,
            category: None,
            ..removal()
        };
        case::decide(&node.app, &node.hoa(), case, innocent).await.unwrap();
        let draft = node.draft().await;
        node.edit(draft, block(BlockKind::Rule, "gift", "rules/a.toml", ""))
            .await
            .unwrap();
        let view = node.ended(node.back_test(draft)).await;
        assert_eq!(view.trial.state, TrialState::Done);
        assert_eq!((view.totals.items, view.totals.changed, view.kept), (604, 4, 604));
        let (prize, gift) = (view.totals.rules["prize"], view.totals.rules["gift"]);
        assert_eq!((prize.gained, prize.gained_rejected, prize.gained_confirmed), (4, 1, 0));
        assert_eq!((gift.lost, gift.lost_rejected), (1, 1));
        // A draft that is tried may still be changed; whoever looks sees what was tried.
        node.edit(draft, block(BlockKind::Rule, "prize", "rules/b.toml", ""))
            .await
            .unwrap();
        let now = policy::show(&node.app, &node.hoa(), draft).await.unwrap();
        assert_ne!(now.trials[0].digest, now.version.digest);
    });
}

#[test]
fn a_back_test_that_was_cut_off_runs_again() {
    on_each(async |node| {
        keep(&node, "trúng thưởng rồi").await;
        let draft = node.draft().await;
        let version = policy::show(&node.app, &node.hoa(), draft).await.unwrap().version;
        let (digest, live) = (version.digest.clone(), node.app.engine().version);
        let change = anlanh_store::Change {
            actor: node.hoa(),
            action: anlanh_model::AuditAction::BacktestPolicy,
            now: node.app.clock().now(),
        };
        let trial = node.app.store().write_blocking(change, move |writer| {
            trial::begin(writer, draft, &digest, live, TrialKind::Backtest)
        });
        let trial = trial.map_err(|error: anlanh_store::Error| error).unwrap();
        let start = start(pack(), node.shelf.clone());
        let node = node.restart(start).unwrap();
        let view = node.ended(trial).await;
        assert_eq!((view.trial.state, view.totals.items), (TrialState::Done, 1));
    });
}

#[test]
fn what_people_put_in_force_stays_in_force_over_a_restart() {
    on_each(async |node| {
        let draft = node.draft().await;
        policy::enforce(&node.app, &node.hoa(), draft, "xong").unwrap();
        // The operator loads another pack: it is offered, and kept.
        let newer = PACK.map(|(path, text)| (path, text.replace("version = \"1\"", "version = \"2\"")));
        let newer = || Policy::from_texts(newer.iter().map(|(path, text)| (*path, text.as_str()))).unwrap();
        let shelf = node.shelf.clone();
        let node = node.restart(start(newer(), shelf.clone())).unwrap();
        assert_eq!(node.app.engine().version, draft);
        assert_eq!(node.action("trúng thưởng rồi").await, "review");
        assert_eq!(node.app.loaded_pack(), LoadedPack::Offered);
        let offered = policy::overview(&node.app, &node.hoa()).await.unwrap().offered.unwrap();
        assert_eq!(offered.digest, newer().digest());
        let reset = Start {
            choice: Choice::Loaded,
            ..start(newer(), shelf.clone())
        };
        let node = node.restart(reset).unwrap();
        assert_eq!(node.app.engine().policy.version(), "2");
        // A pack of the operator's gives way to the next.
        let node = node.restart(start(pack(), shelf)).unwrap();
        assert_eq!(node.app.engine().policy.version(), "1");
        assert!(
            policy::overview(&node.app, &node.hoa())
                .await
                .unwrap()
                .offered
                .is_none()
        );
    });
}

fn listing(names: &str, shelf: &Shelf) -> Lists {
    Lists::new(vec![LoadedList {
        id: "xau".to_owned(),
        digest: shelf.keep(&[names.as_bytes()]).unwrap(),
        names: Arc::new(DomainSet::from_lines(names.as_bytes(), |_| {}).unwrap()),
    }])
}

#[test]
fn a_past_verdict_is_reached_again_by_what_judged_it() {
    on_each(async |node| {
        let shelf = Shelf::new(node.shelf.clone());
        let with = |names: &str| Start {
            lists: listing(names, &shelf),
            ..start(pack(), shelf.folder().to_owned())
        };
        let node = node.restart(with("xau.example\n")).unwrap();
        let listed = keep(&node, "nhận quà ở xau.example").await;
        assert_eq!(listed["verdict"]["action"], "block");
        let draft = node.draft().await;
        policy::enforce(&node.app, &node.hoa(), draft, "xong").unwrap();
        let prize = keep(&node, "trúng thưởng rồi").await;
        let node = node.restart(with("khac.example\n")).unwrap();
        assert_eq!(node.action("nhận quà ở xau.example").await, "review");

        for (kept, version) in [(&listed, "loaded"), (&prize, "sealed")] {
            let replayed = policy::replay(&node.app, &node.hoa(), item_of(kept)).unwrap();
            assert!(replayed.is_same(), "{} {}", replayed.then, replayed.now);
            assert_eq!(replayed.version.state.key(), version);
            let then: serde_json::Value = serde_json::from_str(&replayed.then).unwrap();
            assert_eq!(then, kept["verdict"]);
        }
        // Where the list is gone, nothing is made up.
        std::fs::remove_dir_all(&node.shelf).unwrap();
        let refused = policy::replay(&node.app, &node.hoa(), item_of(&listed));
        assert!(matches!(refused, Err(Error::Policy(PolicyError::Shelf(_)))));
    });
}

#[test]
fn what_a_brake_holds_waits_for_a_person_and_is_not_dropped() {
    on_each(async |node| {
        let shelf = Shelf::new(node.shelf.clone());
        let with = Start {
            lists: listing("xau.example\n", &shelf),
            ..start(pack(), node.shelf.clone())
        };
        let node = node.restart(with).unwrap();
        policy::set_brake(&node.app, &node.hoa(), "listed", 2).await.unwrap();
        let missing = policy::set_brake(&node.app, &node.hoa(), "none", 2).await;
        assert!(matches!(missing, Err(Error::NotFound("rule"))));
        let text = "xem xau.example";
        assert_eq!(node.action(text).await, "block");
        assert_eq!(node.action(text).await, "block");
        let held = keep(&node, text).await;
        assert_eq!(held["verdict"]["action"], "review");
        assert_eq!(held["verdict"]["braked"], serde_json::json!(["listed"]));
        assert_eq!(held["verdict"]["reasons"][0]["action"], "block");
        let case = held["case"].as_str().unwrap().parse().unwrap();
        let view = case::show(&node.app, &node.hoa(), case).await.unwrap();
        assert_eq!(
            (view.case.cause, view.item.action.as_str()),
            (anlanh_model::Cause::Braked, "review")
        );
        let replayed = policy::replay(&node.app, &node.hoa(), item_of(&held)).unwrap();
        assert!(replayed.is_same(), "{} {}", replayed.then, replayed.now);

        case::decide(&node.app, &node.hoa(), case, removal()).await.unwrap();
        let view = policy::rule(&node.app, &node.hoa(), "listed").await.unwrap();
        let figures = view.figures;
        assert_eq!((figures.hits, figures.recent, figures.braked), (3, 3, 1));
        assert_eq!((figures.precision.confirmed, figures.precision.open), (1, 2));
        let brake = figures.brake.unwrap();
        assert_eq!((brake.per_hour, brake.used), (2, 2));
        assert_eq!(view.hits.iter().map(|hit| hit.n).sum::<u64>(), 3);
        assert_eq!(view.recent.len(), 3);
        // Who runs the node sees the figures and reads nobody's posts.
        let administrator = Actor::Person(Person {
            role: Role::Administrator,
            ..node.person
        });
        let view = policy::rule(&node.app, &administrator, "listed").await.unwrap();
        assert_eq!((view.figures, view.recent.len()), (figures, 0));
        let unknown = policy::rule(&node.app, &node.hoa(), "none").await;
        assert!(matches!(unknown, Err(Error::NotFound("rule"))));
        let most = Brake::MAX_PER_HOUR;
        policy::set_brake(&node.app, &node.hoa(), "listed", most).await.unwrap();
        let refused = policy::set_brake(&node.app, &node.hoa(), "listed", most + 1).await;
        assert!(matches!(refused, Err(Error::Policy(PolicyError::BadBrake))));
        policy::set_brake(&node.app, &node.hoa(), "listed", 2).await.unwrap();

        node.clock.fetch_add(3_600, Ordering::Relaxed);
        assert_eq!(node.action(text).await, "block");
        policy::set_brake(&node.app, &node.hoa(), "listed", 0).await.unwrap();
        assert_eq!(node.action(text).await, "review");
        // A rule that asks for a person has nothing to brake.
        policy::set_brake(&node.app, &node.hoa(), "gift", 0).await.unwrap();
        let kept = keep(&node, "mau nhận quà").await;
        assert_eq!(kept["verdict"].get("braked"), None);
        assert_eq!(Brake::DEFAULT_PER_HOUR, 200);
    });
}
