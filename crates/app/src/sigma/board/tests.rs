use super::*;

fn rule(file: &str, line: usize, id: Option<&str>, level: Level) -> NewRule {
    NewRule {
        line,
        file: file.into(),
        title: "Tên miền độc hại".to_owned(),
        id: id.map(str::to_owned),
        level,
        status: Some("test"),
        log: [Some("dns".to_owned()), None, None],
        author: None,
        tags: vec!["attack.t1071.004".to_owned()],
        tlp: Tlp::Amber,
        is_for_other_logs: false,
    }
}

#[test]
fn counts_go_on_when_files_are_read_again_and_moved() {
    let board = Board::default();
    let (first, second) = (Time::from_micros(10), Time::from_micros(20));
    let put = board.put(
        first,
        vec![
            rule("b.yml", 1, Some("x"), Level::High),
            rule("a.yml", 1, None, Level::Unsaid),
            rule("a.yml", 9, None, Level::Unsaid),
        ],
        Vec::new(),
    );
    board.count(&put[0], 3, second);
    board.count(&put[2], 1, first);
    let told = board.told();
    let places: Vec<_> = told
        .rules
        .iter()
        .map(|rule| (&*rule.rule.file, rule.rule.line))
        .collect();
    assert_eq!(places, [("a.yml", 1), ("a.yml", 9), ("b.yml", 1)]);
    let again = board.put(
        second,
        vec![
            rule("c.yml", 5, Some("x"), Level::Low),
            rule("a.yml", 1, None, Level::Unsaid),
            rule("a.yml", 12, None, Level::Unsaid),
        ],
        Vec::new(),
    );
    // What still reads by the rules of before counts for those that took their place.
    board.count(&put[0], 1, first);
    let hits: Vec<_> = again.iter().map(|rule| rule.hits()).collect();
    let expected = |count, last_at: Option<Time>| Hits { count, last_at };
    assert_eq!(
        hits,
        [expected(4, Some(second)), expected(0, None), expected(1, Some(first))]
    );
    let of = |level| board.levels().into_iter().find(|count| count.level == level).unwrap();
    assert_eq!((of(Level::High).rules, of(Level::High).hits), (0, 4));
    assert_eq!((of(Level::Low).rules, of(Level::Low).hits), (1, 0));
}

#[test]
fn a_look_that_fails_leaves_everything_and_one_that_does_not_forgets_why() {
    let board = Board::default();
    let at = Time::from_micros(10);
    board.put(at, vec![rule("a.yml", 1, None, Level::High)], Vec::new());
    board.failed(Time::from_micros(20), "gone".to_owned());
    let told = board.told();
    assert_eq!(
        (told.rules.len(), told.failed, told.failure.as_deref()),
        (1, 1, Some("gone"))
    );
    assert_eq!(told.loaded_at, Some(at));
    board.looked(Time::from_micros(30));
    let told = board.told();
    assert_eq!(
        (told.failed, told.failure, told.looked_at),
        (1, None, Some(Time::from_micros(30)))
    );
}

#[test]
fn what_is_told_has_an_end() {
    let board = Board::default();
    let check = |bytes: usize, expected: usize| {
        let mut long = rule("a.yml", 1, None, Level::High);
        long.title = "a".repeat(bytes);
        assert_eq!(
            board.put(Time::from_micros(1), vec![long], Vec::new())[0]
                .rule
                .title
                .len(),
            expected
        );
    };
    check(MAX_TEXT_BYTES, MAX_TEXT_BYTES);
    check(MAX_TEXT_BYTES + 1, MAX_TEXT_BYTES);
    let trouble = Trouble {
        file: "a.yml".into(),
        line: 1,
        reason: Default::default(),
        stays: false,
    };
    for count in [MOST_TROUBLES, MOST_TROUBLES + 1] {
        board.put(Time::from_micros(1), Vec::new(), vec![trouble.clone(); count]);
        let told = board.told();
        assert_eq!((told.left_out, told.troubles.len()), (count as u64, MOST_TROUBLES));
    }
}
