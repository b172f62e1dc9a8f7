use super::*;

fn rule(title: &str) -> String {
    format!(
        "title: {title}\nlogsource:\n  category: dns\ndetection:\n  selection:\n    query: {title}.example\n  condition: \
         selection\n"
    )
}

/// What is used and left out, when anything changed.
fn look(folders: &mut Folders) -> Option<(usize, Vec<String>)> {
    let standing = folders.look().unwrap()?;
    let told = standing.left_out.iter().map(|left_out| {
        let file = left_out.file.rsplit('/').next().unwrap();
        format!("{file}:{}:{}", left_out.mistake.line, left_out.stays)
    });
    Some((standing.used, told.collect()))
}

#[test]
fn folders_are_read_again_when_something_changes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let mut folders = Folders::new(vec![folder.path().to_owned()]);
    assert_eq!(
        look(&mut folders),
        Some((0, Vec::new())),
        "an empty folder has no rules"
    );
    assert_eq!(look(&mut folders), None);
    write("a.yml", &rule("a"));
    write("deep/er/b.YAML", &rule("b"));
    write("notes.txt", "title: c");
    write(".git/c.yml", "title: c");
    write("broken.yml", "title: c\n");
    let broken = "broken.yml:1:false".to_owned();
    assert_eq!(look(&mut folders), Some((2, vec![broken.clone()])));
    assert_eq!(look(&mut folders), None);
    // A file of the same length is another one all the same.
    write("a.yml", &rule("x"));
    assert_eq!(look(&mut folders), Some((2, vec![broken.clone()])));
    // One that was as it should be goes on as it was.
    write("a.yml", "title: [\n");
    let stays = look(&mut folders).unwrap();
    assert_eq!((stays.0, &stays.1[0][..6], &stays.1[0][8..]), (2, "a.yml:", "true"));
    assert_eq!(look(&mut folders), None);
    write("a.yml", &rule("y"));
    assert_eq!(look(&mut folders), Some((2, vec![broken])));
    fs::remove_file(folder.path().join("broken.yml")).unwrap();
    fs::remove_file(folder.path().join("a.yml")).unwrap();
    assert_eq!(look(&mut folders), Some((1, Vec::new())));
}

#[test]
fn what_was_read_stays_when_nothing_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::write(rules.join("a.yml"), rule("a")).unwrap();
    let mut folders = Folders::new(vec![rules.clone()]);
    assert_eq!(look(&mut folders), Some((1, Vec::new())));
    fs::remove_file(rules.join("a.yml")).unwrap();
    fs::write(rules.join("b.yml"), "title: b\n").unwrap();
    let said = folders.look().unwrap_err().to_string();
    assert!(said.contains("not one Sigma rule can be used"), "{said}");
    assert!(folders.look().is_err(), "until it is as it should be");
    fs::rename(&rules, folder.path().join("gone")).unwrap();
    let said = folders.look().unwrap_err().to_string();
    assert!(said.contains("no folder"), "{said}");
    fs::create_dir(&rules).unwrap();
    assert_eq!(
        look(&mut folders),
        Some((0, Vec::new())),
        "somebody took all of them out"
    );
}

#[test]
fn files_and_folders_have_limits() {
    let folder = tempfile::tempdir().unwrap();
    let mut path = folder.path().to_owned();
    for _ in 0..MOST_DEPTH {
        path.push("d");
    }
    fs::create_dir_all(&path).unwrap();
    let paths = [folder.path().to_owned()];
    assert!(files_of(&paths).is_ok());
    fs::create_dir(path.join("d")).unwrap();
    assert!(files_of(&paths).is_err());

    let many = folder.path().join("many");
    for name in ["a.yml", "d/b.yml", "d/c.yaml", "d/no rule"] {
        let path = many.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    for (most, is_taken) in [(3, true), (2, false)] {
        assert_eq!(collect(&many, most, MOST_DEPTH, &mut Vec::new()).is_ok(), is_taken);
    }

    let long = folder.path().join("long.yml");
    let check = |bytes: u64, expected: Option<Reason>| {
        let text = rule("a");
        fs::write(&long, format!("{text}#")).unwrap();
        let file = fs::OpenOptions::new().append(true).open(&long).unwrap();
        let filler = vec![b'x'; bytes as usize - text.len() - 1];
        io::Write::write_all(&mut &file, &filler).unwrap();
        let (_, mistakes) = RulesBuilder::default().add(&read_file(&long).unwrap(), "");
        let reason = mistakes.into_iter().next().map(|mistake| mistake.reason);
        assert_eq!(reason, expected, "{bytes}");
    };
    check(MAX_FILE_BYTES as u64, None);
    check(MAX_FILE_BYTES as u64 + 1, Some(Reason::TooLong));
}
