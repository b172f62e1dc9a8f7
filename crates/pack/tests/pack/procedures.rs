//! What procedures of the policy may not say: appeals, retention, feeds, the blocklist, ladders, powers, information.

use anlanh_pack::limits::MAX_DAYS;

use super::mistakes::{check, check_limit};

#[test]
fn what_holds_for_appeals_is_checked() {
    check(
        "appeals.toml",
        "\"takedown\"",
        "\"takedwn\"",
        &["appeals.toml:3:9: there is no clock \"takedwn\"; did you mean `takedown`?"],
    );
    for days in ["0", "36601"] {
        let days = format!("days = {days}");
        check(
            "appeals.toml",
            "days = 30",
            &days,
            &["appeals.toml:2:8: `days` must be from 1 to 36600"],
        );
    }
    check("appeals.toml", "days = 30", "days = 36600", &[]);
    check(
        "appeals.toml",
        "[appeals]",
        "[[appeals]]",
        &["appeals.toml:1:1: `appeals` must be a table, not a list"],
    );
}

#[test]
fn how_long_things_are_kept_is_checked() {
    check(
        "retention.toml",
        "\"item\"",
        "\"items\"",
        &[
            "retention.toml:2:10: `record` is none of item, case, report, appeal, event, match, incident_host, incident_evidence: \"items\"",
        ],
    );
    check(
        "retention.toml",
        "\"item\"",
        "\"case\"",
        &["retention.toml:7:10: `case` has a time of its own above"],
    );
    for days in ["days = 0", "days = 36601"] {
        check(
            "retention.toml",
            "days = 36600",
            days,
            &["retention.toml:8:8: `days` must be from 1 to 36600"],
        );
    }
    check("retention.toml", "days = 36600", "days = 30", &[]);
    check(
        "retention.toml",
        "days = 36600",
        "days = 29",
        &["retention.toml:8:8: cases are kept while they may be appealed: `days` is below the 30 of appeals.toml"],
    );
}

#[test]
fn what_holds_feeds_back_is_checked() {
    let check = |from: &str, to: &str, expected: &str| {
        let expected: &[&str] = if expected.is_empty() { &[] } else { &[expected] };
        check("feeds.toml", from, to, expected);
    };
    check("shrink_percent = 50", "shrink_percent = 100", "");
    check(
        "shrink_percent = 50",
        "shrink_percent = 101",
        "feeds.toml:2:18: `shrink_percent` must be from 1 to 100",
    );
    check("speed_tenths = 10", "speed_tenths = 1000", "");
    check(
        "speed_tenths = 10",
        "speed_tenths = 1001",
        "feeds.toml:11:16: `speed_tenths` must be from 1 to 1000",
    );
    check(
        "form = \"hostname\"",
        "form = \"name\"",
        "feeds.toml:17:8: `form` is none of string, hostname, cidr, substring, regex: \"name\"",
    );
    check(
        "kind = \"domain\"",
        "kind = \"host\"",
        "feeds.toml:9:8: `kind` is none of domain, url, address, hash, ja3, ja4, email: \"host\"",
    );
}

#[test]
fn how_a_blocklist_is_kept_is_checked() {
    check(
        "blocking.toml",
        "days = 90",
        "days = 366",
        &["blocking.toml:2:8: `days` is above the 365 of `max_days`"],
    );
    check("blocking.toml", "days = 90", "days = 365", &[]);
    for (old, new, place) in [
        (
            "shared_names = 2",
            "shared_names = 1",
            "9:16: `shared_names` must be from 2 to 1000000",
        ),
        (
            "widest_v4 = 24",
            "widest_v4 = 7",
            "11:13: `widest_v4` must be from 8 to 32",
        ),
        (
            "widest_v4 = 24",
            "widest_v4 = 33",
            "11:13: `widest_v4` must be from 8 to 32",
        ),
        (
            "widest_v6 = 48",
            "widest_v6 = 129",
            "12:13: `widest_v6` must be from 16 to 128",
        ),
    ] {
        check("blocking.toml", old, new, &[&format!("blocking.toml:{place}")]);
    }
    check("blocking.toml", "widest_v4 = 24", "widest_v4 = 8", &[]);
    check(
        "blocking.toml",
        "\"gov.vn\"",
        "\"không\"",
        &["blocking.toml:19:11: `không` is no name, address or network"],
    );
    check(
        "blocking.toml",
        "\"state\"",
        "\"own\"",
        &["blocking.toml:17:8: `kind` is none of state, emergency, bank, resolver, service: \"own\""],
    );
}

#[test]
fn only_a_deadline_of_one_s_own_rests_on_no_article() {
    check(
        "clocks.toml",
        "bases = [\"luat-moi/9\"]\n",
        "",
        &["clocks.toml:1:1: clock has no `bases`"],
    );
    check(
        "clocks.toml",
        "bases = [\"luat-moi/9\"]\nevidence = \"G\"",
        "evidence = \"own\"",
        &[],
    );
}

#[test]
fn a_lock_without_end_rests_on_articles_of_its_ladder() {
    let after = "after_locks = 3\n";
    check(
        "ladders.toml",
        after,
        "after_locks = 3\nbases = [\"luat-moi/9\"]\n",
        &[],
    );
    check(
        "ladders.toml",
        after,
        "after_locks = 3\nbases = [\"luat-moi/10\"]\n",
        &["ladders.toml:17:10: `bases` names \"luat-moi/10\", which is none of the ladder's"],
    );
    check(
        "ladders.toml",
        after,
        "after_locks = 3\nbases = []\n",
        &["ladders.toml:17:9: `bases` is empty"],
    );
}

#[test]
fn what_no_power_covers_has_a_deadline_of_the_operators_own() {
    let first = "[[power]]\n";
    let uncovered = |clock: &str| format!("[uncovered]\nclock = \"{clock}\"\n\n[[power]]\n");
    check(
        "orders.toml",
        first,
        &uncovered("takedown"),
        &["orders.toml:2:9: clock \"takedown\" has legal bases, and none covers such an order"],
    );
    check(
        "orders.toml",
        first,
        &uncovered("take-down"),
        &["orders.toml:2:9: there is no clock \"take-down\"; did you mean `takedown`?"],
    );
}

#[test]
fn a_ladder_says_once_by_when() {
    let hours = "execute_within_hours = 24\n";
    let message = "ladders.toml:1:1: a ladder has one of `clock` and `execute_within_hours`";
    check("ladders.toml", hours, "", &[message]);
    let both = format!("{hours}clock = \"takedown\"\n");
    check("ladders.toml", hours, &both, &[message]);
    check(
        "ladders.toml",
        hours,
        "clock = \"take-down\"\n",
        &["ladders.toml:5:9: there is no clock \"take-down\"; did you mean `takedown`?"],
    );
}

#[test]
fn powers_lead_to_authorities_that_are_there_and_deadlines_that_they_set() {
    check(
        "orders.toml",
        "\"a05\"",
        "\"a06\"",
        &["orders.toml:2:13: there is no authority \"a06\"; did you mean `a05`?"],
    );
    check(
        "orders.toml",
        "\"remove\"",
        "\"delete\"",
        &[
            "orders.toml:3:10: `kinds` is none of remove, stop_sharing, block_access, lock, restore, correction, keep_evidence, provide_information, warn_users: \"delete\"",
        ],
    );
    check(
        "orders.toml",
        "[\"luat-moi/9\"]",
        "[\"luat-moi/8\"]",
        &["orders.toml:4:10: there is no article \"luat-moi/8\"; did you mean `luat-moi/9`?"],
    );
    check(
        "orders.toml",
        "bases = [\"luat-moi/9\"]",
        "bases = []",
        &["orders.toml:4:9: `bases` is empty"],
    );
    check(
        "orders.toml",
        "\"takedown\"",
        "\"takedowns\"",
        &["orders.toml:5:9: there is no clock \"takedowns\"; did you mean `takedown`?"],
    );
    let power = "orders.toml:5:9: clock \"takedown\" is none that an authority sets a platform";
    check("clocks.toml", "\"authority\"", "\"user\"", &[power]);
    check(
        "clocks.toml",
        "[\"platform\", \"page_owner\"]",
        "[\"page_owner\"]",
        &[power],
    );
    check(
        "orders.toml",
        "from = 2025-03-01",
        "until = 2025-02-28",
        &["orders.toml:2:13: the power lies outside the time of authority \"a05\""],
    );
    check("orders.toml", "from = 2025-03-01", "until = 2025-03-01", &[]);
    check(
        "orders.toml",
        "evidence = \"M\"\n",
        "",
        &["orders.toml:1:1: power has no `evidence`"],
    );
}

#[test]
fn fields_of_information_are_a_closed_list_with_their_articles() {
    check(
        "orders.toml",
        "\"dated\"",
        "\"any\"",
        &["orders.toml:13:8: `form` is none of once, dated, node: \"any\""],
    );
    check(
        "orders.toml",
        "[\"luat-moi/7.2.dd\"]",
        "[]",
        &["orders.toml:14:9: `bases` is empty"],
    );
    check_limit(
        "orders.toml",
        "most_days = 90",
        |days| format!("most_days = {days}"),
        MAX_DAYS as usize,
        "orders.toml:15:13: `most_days` must be from 1 to 36600",
    );
}
