//! What a good pack says.

use std::path::Path;

use anlanh_pack::{Asker, Day, Evidence, Lockable, Party, Policy, Record, Start};
use anlanh_screen::{Date, PersonalKind, Validity};
use sha2::{Digest as _, Sha256};

use super::{changed, good, read};

fn policy() -> Policy {
    read(&good()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn day(year: i32, month: u8, day: u8) -> Option<Date> {
    Some(Day { year, month, day }.into())
}

#[test]
fn laws_are_cited_with_their_dates() {
    let policy = policy();
    let citation = policy.citation("luat-moi/7.2.dd").unwrap();
    assert_eq!(citation.vi, "điểm đ khoản 2 Điều 7 Luật mới (số 2/2025)");
    assert_eq!(citation.en, "Article 7.2(đ), New law (No. 2/2025)");
    let (law, article) = policy.basis("luat-moi/7.2.dd").unwrap();
    assert_eq!(law.replaces[0].as_str(), "luat-cu");
    assert_eq!(article.validity, law.validity);
    let narrowed = policy.basis("luat-moi/9").unwrap().1;
    let expected = Validity {
        from: day(2026, 8, 19),
        until: day(2027, 8, 18),
    };
    assert_eq!(narrowed.validity, expected);
    assert!(narrowed.evidence.is_unconfirmed());
    assert!(policy.basis("luat-moi").is_none() && policy.basis("luat-moi/7").is_none());
    assert_eq!(policy.law("luat-cu").unwrap().validity.until, day(2026, 6, 30));
}

#[test]
fn an_article_is_never_in_force_longer_than_its_law() {
    let files = changed("laws.toml", "from = 2026-08-19", "from = 2020-01-01");
    let policy = read(&files).unwrap();
    let validity = policy.basis("luat-moi/9").unwrap().1.validity;
    assert_eq!(validity.from, day(2026, 7, 1));
}

#[test]
fn everything_is_found_by_its_key() {
    let policy = policy();
    assert_eq!((policy.id(), policy.version()), ("nho", "2026.11"));
    assert_eq!(policy.title().vi, "Gói nhỏ");
    assert_eq!(Day::from(policy.as_of()).to_string(), "2026-11-23");
    assert_eq!(policy.category("NS1").unwrap().title.en, "National security");
    let dsa = policy.category("NS1").unwrap().dsa.as_ref().unwrap();
    assert_eq!(dsa.category, anlanh_dsa::Category::RiskForPublicSecurity);
    assert_eq!(
        dsa.keywords,
        [anlanh_dsa::Keyword::ViolationNationalLaw, anlanh_dsa::Keyword::Other]
    );
    assert_eq!(policy.category("SC1").unwrap().dsa, None);
    assert_eq!((policy.territory(), policy.language()), (Some("VN"), Some("VI")));
    let appeals = policy.appeals().unwrap();
    assert_eq!((appeals.days, appeals.clock.as_str()), (30, "takedown"));
    let kept = |record| policy.retention_of(record).map(|retention| retention.days);
    let days = Record::ALL.map(kept);
    assert_eq!(days, [Some(90), Some(36_600), None, None, None, None, None, None]);
    let clock = policy.clock("takedown").unwrap();
    assert_eq!(
        (clock.asker, clock.starts, clock.hours),
        (Asker::Authority, Start::Receipt, 24)
    );
    assert_eq!(clock.applies_to, [Party::Platform, Party::PageOwner]);
    assert_eq!(clock.urgent.as_ref().unwrap().hours, 6);
    let ladder = policy.ladder("khoa").unwrap();
    assert_eq!(ladder.objects, [Lockable::Account, Lockable::Group]);
    assert_eq!(
        (ladder.steps[0].lock_days_min, ladder.steps[0].lock_days_max),
        (Some(7), 30)
    );
    assert_eq!(ladder.permanent.as_ref().unwrap().after_locks, Some(3));
    assert_eq!(policy.label("tin-gia").unwrap().title.vi, "Tin giả");
    assert_eq!(policy.authority("a05").unwrap().validity.from, day(2025, 3, 1));
    let (list, notes) = policy.list("phishing").unwrap();
    assert_eq!(
        (list.category.as_str(), notes.title.en.as_str()),
        ("SC1", "Phishing sites")
    );
    let (identifier, notes) = policy.identifier(PersonalKind::Email).unwrap();
    assert_eq!((identifier.min_confidence, notes.evidence), (50, Evidence::Own));
    assert!(policy.identifier(PersonalKind::Cccd).is_none());
    let (entry, described, examples) = policy.entries().next().unwrap();
    assert_eq!(
        (entry.id.as_str(), entry.tags.as_slice()),
        ("sc1.otp", ["credential".to_owned()].as_slice())
    );
    assert_eq!((examples.hit.len(), examples.miss[1].line), (2, 14));
    assert_eq!(policy.entry("sc1.otp"), Some((described, examples)));
    assert_eq!(described.note.as_ref().unwrap().en, "One-time code.");
    let (rule, described, examples) = policy.rules().nth(1).unwrap();
    assert_eq!(rule.when, "links.listed(\"phishing\") > 0\n");
    assert_eq!(policy.rule("sc1.listed"), Some((described, examples)));
    assert_eq!(described.title.as_ref().unwrap().en, "Listed name");
    assert_eq!(policy.names().next().unwrap().0.domains, ["nganhangvidu.example"]);
    assert_eq!(policy.teencode().len(), 1);
    assert!(policy.rule("sc1.otp").is_none() && policy.entry("credential").is_none());
}

#[test]
fn the_engine_gets_what_it_needs() {
    let policy = policy();
    let pack = policy.screen_pack();
    assert_eq!((pack.id.as_str(), pack.utc_offset_minutes), ("nho", 420));
    assert_eq!(pack.as_of, policy.as_of());
    assert_eq!(pack.labels, ["tin-gia"]);
    assert_eq!(pack.affixes, ["vn", "online"]);
    let basis = &pack.categories[0].bases[0];
    assert_eq!(
        (basis.key.as_str(), basis.validity.until),
        ("luat-cu/8", day(2026, 6, 30))
    );
    assert_eq!(pack.lexicon[0].not_near.as_ref().unwrap().within, 8);
    assert!(pack.rules[0].automatic);
}

#[test]
fn the_digest_is_what_is_documented() {
    let mut hash = Sha256::new();
    let mut files = good();
    files.sort();
    for (path, content) in &files {
        hash.update([path.as_bytes(), b"\0", &(content.len() as u64).to_le_bytes(), content].concat());
    }
    let expected: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(policy().digest(), expected);
    files.reverse();
    assert_eq!(read(&files).unwrap().digest(), expected);
    assert_eq!(policy().screen_pack().digest, expected);
}

#[test]
fn the_digest_depends_on_every_path_and_byte() {
    let digest = policy().digest().to_owned();
    let comment = changed("laws.toml", "[[law]]", "# Ghi chú\n[[law]]");
    assert_ne!(read(&comment).unwrap().digest(), digest);
    let mut moved = good();
    moved.iter_mut().find(|(path, _)| path == "rules/sc1.toml").unwrap().0 = "rules/sc2.toml".to_owned();
    assert_ne!(read(&moved).unwrap().digest(), digest);
}

#[test]
fn a_folder_reads_like_memory() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good");
    assert_eq!(anlanh_pack::check_dir(&folder).unwrap().digest(), policy().digest());
}

#[test]
fn the_built_in_pack_has_no_mistakes_and_its_examples_hold() {
    let policy = Policy::built_in().unwrap_or_else(|mistakes| {
        let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{}", mistakes.join("\n"))
    });
    assert_eq!(policy.id(), "vn");
    let report = anlanh_pack::test_examples(&policy).unwrap();
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert!(report.is_good(), "{}", failures.join("\n"));
}
