//! The console's pages, rendered from samples written for it: in both languages, labelled, and without inline script or
//! style. The pages are left in the target's own temporary folder, so that a person may look at them.

mod sample;

use std::fs;
use std::path::Path;

use anlanh_api::Language;
use anlanh_web::console::{SCRIPT, STYLE};

#[test]
fn pages_are_whole_and_load_nothing_inline() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("console.css"), STYLE).unwrap();
    fs::write(folder.join("console.js"), SCRIPT).unwrap();
    for language in [Language::Vi, Language::En] {
        for (name, html) in sample::pages(language) {
            check(name, language, &html);
            fs::write(folder.join(format!("{name}-{}.html", language.tag())), html).unwrap();
        }
    }
}

#[test]
fn what_was_posted_is_escaped() {
    for (name, html) in sample::pages(Language::Vi) {
        assert!(!html.contains("<img src=x"), "{name} shows what was posted as it is");
    }
}

fn check(name: &str, language: Language, html: &str) {
    assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())), "{name}");
    assert_eq!(html.matches("<h1>").count(), 1, "{name} has one heading");
    for inline in [" style=", " onclick=", "<style", "<script>", "javascript:"] {
        assert!(!html.contains(inline), "{name} holds {inline}");
    }
    let forms = html.matches("method=\"post\"").count();
    assert_eq!(
        html.matches("name=\"csrf\"").count(),
        forms,
        "{name}: each form is guarded"
    );
    for field in ["<textarea id=\"", "<select id=\"", "<input id=\""] {
        for id in html.split(field).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("for=\"{id}\"")), "{name}: {id} has no label");
        }
    }
}
