use domain::base::MessageBuilder;
use domain::base::Name;
use domain::base::iana::Class;

use super::*;
use crate::transfer::{Apex, Wire};

/// An answer: its code, records of the answer by type and data, and who denies.
fn answer(rcode: Rcode, leads_to: Option<&str>, is_found: Found, denied_by: Option<&str>) -> Answer {
    let name: Name<Vec<u8>> = "evil.vn".parse().unwrap();
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_qr(true);
    builder.header_mut().set_rcode(rcode);
    let mut builder = builder.question();
    builder.push((&name, Rtype::A, Class::IN)).unwrap();
    let mut builder = builder.answer();
    if let Some(to) = leads_to {
        let to: Name<Vec<u8>> = to.parse().unwrap();
        builder.push((&name, Class::IN, 60, Cname::new(to))).unwrap();
    }
    if is_found == Found::Address {
        builder
            .push((&name, Class::IN, 60, domain::rdata::A::from_octets(1, 2, 3, 4)))
            .unwrap();
    }
    let mut builder = builder.authority();
    if let Some(owner) = denied_by {
        let mut origin = Vec::new();
        crate::rules::push_target(owner.as_bytes(), &mut origin);
        let apex = Apex {
            origin,
            ttl_seconds: 60,
            refresh_seconds: 60,
            is_marked: false,
        };
        let mut record = apex.start(domain::base::Serial(7));
        record.splice(..2, apex.origin.iter().copied());
        builder.push(Wire(&record)).unwrap();
    }
    Answer::Said(Said::read(&builder.finish(), "rpz.test"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Address,
    Nothing,
}

#[test]
fn an_answer_is_held_against_what_is_wanted() {
    let nx = |by| answer(Rcode::NXDOMAIN, None, Found::Nothing, by);
    let nothing = |by| answer(Rcode::NOERROR, None, Found::Nothing, by);
    let found = answer(Rcode::NOERROR, None, Found::Address, None);
    let led = answer(Rcode::NOERROR, Some("walled.vn"), Found::Address, None);
    let failed = answer(Rcode::SERVFAIL, None, Found::Nothing, None);
    let silence = |is_alive| Answer::Silence { is_alive };
    let to = Act::Redirect("walled.vn".to_owned());
    let check = |answer: &Answer, before: Option<&Act>, wanted: Option<&Act>, expected: bool| {
        assert_eq!(
            is_as_wanted(answer, before, wanted),
            expected,
            "{answer:?} {before:?} {wanted:?}"
        );
    };
    let wanted = Some(&Act::NxDomain);
    for (answer, expected) in [
        (nx(None), true),
        (nx(Some("rpz.test")), true),
        (nx(Some("blocked")), true),
        // Those who own the name say so: it would be answered so without any list.
        (nx(Some("vn")), false),
        (nothing(None), false),
        (found.clone(), false),
        (failed.clone(), false),
        (silence(true), false),
    ] {
        check(&answer, None, wanted, expected);
    }
    check(&nothing(None), None, Some(&Act::NoData), true);
    check(&nothing(Some("vn")), None, Some(&Act::NoData), false);
    check(&found, None, Some(&Act::NoData), false);
    check(&silence(true), None, Some(&Act::Drop), true);
    // A machine that is gone blocks nothing.
    check(&silence(false), None, Some(&Act::Drop), false);
    check(&found, None, Some(&Act::Drop), false);
    check(&led, None, Some(&to), true);
    check(&found, None, Some(&to), false);
    for (answer, expected) in [
        (found.clone(), true),
        (led.clone(), false),
        (nx(Some("vn")), true),
        (nx(None), false),
        (nx(Some("rpz.test")), false),
        (nothing(Some("vn")), true),
        (nothing(None), false),
        (failed, false),
        (silence(true), false),
        (silence(false), false),
    ] {
        check(&answer, Some(&to), None, expected);
    }
    check(&led, Some(&Act::NxDomain), None, true);
    check(
        &Answer::Said(Said::read(b"garbage", "rpz.test")),
        Some(&to),
        None,
        false,
    );
}

#[test]
fn reasons_and_the_version_are_kept() {
    let Answer::Said(said) = answer(Rcode::NXDOMAIN, None, Found::Nothing, Some("rpz.test")) else {
        panic!("an answer")
    };
    assert_eq!(said.policy_serial, Some(7));
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_rcode(Rcode::NXDOMAIN);
    let mut builder = builder.additional();
    let reason =
        ExtendedError::<Vec<u8>>::new_with_str(domain::base::iana::ExtendedErrorCode::CENSORED, "12/CV").unwrap();
    builder.opt(|opt| opt.push(&reason)).unwrap();
    assert_eq!(
        Said::read(&builder.finish(), "rpz.test").reasons,
        [(16, "12/CV".to_owned())]
    );
}

#[test]
fn a_part_of_the_zone_speaks_for_it_and_whoever_blocks_is_no_owner() {
    let said = |answer: Answer| match answer {
        Answer::Said(said) => said,
        Answer::Silence { .. } => panic!("an answer"),
    };
    let of = |owner| said(answer(Rcode::NXDOMAIN, None, Found::Nothing, Some(owner)));
    assert_eq!(of("p07.rpz.test").policy_serial, Some(7));
    assert_eq!(of("xrpz.test").policy_serial, None);
    // Knot Resolver denies in the name of whoever was asked for.
    let mut own = of("evil.vn");
    assert!(own.is_genuine_denial);
    let wanted = Some(Act::NxDomain);
    assert!(!is_as_wanted(&Answer::Said(own.clone()), None, wanted.as_ref()));
    own.reasons.push((15, "CR36".to_owned()));
    own.is_genuine_denial = !own.is_blocked();
    assert!(is_as_wanted(&Answer::Said(own), None, wanted.as_ref()));
}

#[test]
fn of_many_names_some_are_asked_for() {
    let change = |value: String| Change {
        value,
        before: None,
        after: Some(Act::NxDomain),
    };
    let mut changes: Vec<Change> = (0..1000).map(|at| change(format!("n{at}.vn"))).collect();
    changes.push(change("192.0.2.0/24".to_owned()));
    let asked = |most: usize| wanted(&Rules::default(), &changes, most).len();
    assert_eq!(
        (asked(0), asked(1), asked(100), asked(1000), asked(5000)),
        (0, 1, 100, 1000, 1000)
    );
    let many: Vec<Change> = (0..=MAX_PROBES).map(|at| change(format!("n{at}.vn"))).collect();
    assert!(wanted(&Rules::default(), &many, usize::MAX).len() <= MAX_PROBES);
    // What is no longer listed may stand below a name that is.
    let mut list = anlanh_soc::blocking::Blocklist::new();
    list.add("evil.vn", &Act::Drop).unwrap();
    let origin = anlanh_soc::blocking::Origin::parse("rpz.test").unwrap();
    let rules = Rules::of(&list, &origin, |_| {});
    let asked = wanted(&rules, &[change("a.evil.vn".to_owned())], 1);
    assert_eq!(asked[0].after, Some(Act::Drop));
}
