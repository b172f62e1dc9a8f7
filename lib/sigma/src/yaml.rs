//! Documents of YAML as trees, each value with the line that it stands in.
//!
//! What rules do not need is refused: aliases, which make a small file large, and keys that are no texts. Values stay as they
//! are written, so that `0x17` and `007` are what their author sees.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::limits::{MAX_DEPTH, MAX_DOCUMENTS, MAX_FILE_BYTES, MAX_NODES};
use crate::mistake::{Mistake, Reason};

/// A value and the line that it stands in, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    /// A text, a number or a truth value, as it is written.
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key of a map and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) key: String,
    pub(crate) value: Node,
}

impl Node {
    /// What a key of a map has.
    pub(crate) fn at(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            Kind::Null | Kind::Text(_) | Kind::List(_) => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }
}

/// A list or a map that is being read.
enum Open {
    List(usize, Vec<Node>),
    /// With the key of which the value comes next.
    Map(usize, Vec<Entry>, Option<(usize, String)>),
}

/// The documents of a file. Where one cannot be read, nothing follows it.
pub(crate) fn read(text: &str) -> Vec<Result<Node, Mistake>> {
    let mut documents = Vec::new();
    if text.len() > MAX_FILE_BYTES {
        return vec![Err(Mistake::new(1, Reason::TooLong))];
    }
    let mut parser = Parser::new_from_str(text);
    loop {
        match document(&mut parser) {
            Ok(Some(_)) if documents.len() >= MAX_DOCUMENTS => {
                documents.push(Err(Mistake::new(1, Reason::TooManyDocuments)));
                return documents;
            }
            Ok(Some(node)) => documents.push(Ok(node)),
            Ok(None) => return documents,
            Err(mistake) => {
                documents.push(Err(mistake));
                return documents;
            }
        }
    }
}

/// The next document, if there is one.
fn document<'t>(parser: &mut Parser<'t, saphyr_parser::StrInput<'t>>) -> Result<Option<Node>, Mistake> {
    let mut open: Vec<Open> = Vec::new();
    let mut nodes = 0;
    while let Some(next) = parser.next_event() {
        let (event, span) =
            next.map_err(|error| Mistake::new(error.marker().line(), Reason::NotYaml(error.info().to_owned())))?;
        let line = span.start.line();
        let node = match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                continue;
            }
            Event::Alias(_) => return Err(Mistake::new(line, Reason::Alias)),
            Event::Scalar(text, style, _, tag) => scalar(line, text, style, tag.as_deref()),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= MAX_DEPTH => {
                return Err(Mistake::new(line, Reason::TooDeep));
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(line, nodes)) => Node {
                    line,
                    kind: Kind::List(nodes),
                },
                Some(Open::Map(line, entries, _)) => Node {
                    line,
                    kind: Kind::Map(entries),
                },
                None => continue,
            },
        };
        nodes += 1;
        if nodes > MAX_NODES {
            return Err(Mistake::new(line, Reason::TooManyNodes));
        }
        match open.last_mut() {
            None => return Ok(Some(node)),
            Some(Open::List(_, nodes)) => nodes.push(node),
            Some(Open::Map(_, entries, key)) => put(entries, key, node)?,
        }
    }
    Ok(None)
}

/// Takes a key, or the value of the key before.
fn put(entries: &mut Vec<Entry>, key: &mut Option<(usize, String)>, node: Node) -> Result<(), Mistake> {
    if let Some((line, key)) = key.take() {
        entries.push(Entry { line, key, value: node });
        return Ok(());
    }
    let text = match node.kind {
        Kind::Text(text) => text,
        Kind::Null => String::new(),
        Kind::List(_) | Kind::Map(_) => return Err(Mistake::new(node.line, Reason::KeyIsNoText)),
    };
    if entries.iter().any(|entry| entry.key == text) {
        return Err(Mistake::new(node.line, Reason::Twice(text)));
    }
    *key = Some((node.line, text));
    Ok(())
}

fn scalar(line: usize, text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Node {
    let is_plain = matches!(style, ScalarStyle::Plain) && tag.is_none();
    let is_null = is_plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
    let kind = if is_null {
        Kind::Null
    } else {
        Kind::Text(text.into_owned())
    };
    Node { line, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<usize, (usize, Reason)>) {
        let read = read(text);
        let mistake = read.iter().find_map(|document| document.as_ref().err());
        let found = mistake.map_or(Ok(read.len()), |mistake| Err((mistake.line, mistake.reason.clone())));
        assert_eq!(found, expected, "{}", text.get(..200).unwrap_or(text));
    }

    #[test]
    fn values_stay_as_they_are_written_and_know_their_lines() {
        let [document] = read("a: 0x17\nb:\n  - ~\n  - 'null'\n  - {c: yes}\n")
            .try_into()
            .unwrap();
        let document = document.unwrap();
        assert_eq!(document.at("a").and_then(Node::text), Some("0x17"));
        let Some(Kind::List(list)) = document.at("b").map(|node| &node.kind) else {
            panic!("{document:?}")
        };
        assert_eq!(
            list[0],
            Node {
                line: 3,
                kind: Kind::Null
            }
        );
        assert_eq!(list[1].kind, Kind::Text("null".to_owned()));
        assert_eq!(
            list[2].at("c").map(|node| (node.line, node.text())),
            Some((5, Some("yes")))
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        check("a: 1\n---\nb: 2\n...\n", Ok(2));
        check("", Ok(0));
        check("# nothing\n", Ok(0));
        check("a: &x 1\nb: *x\n", Err((2, Reason::Alias)));
        check("a: 1\nb: 2\na: 3\n", Err((3, Reason::Twice("a".to_owned()))));
        check("? [a]\n: 1\n", Err((1, Reason::KeyIsNoText)));
        let read = read("a: 1\n---\nb: [1\n");
        assert!(
            read[0].is_ok()
                && matches!(
                    &read[1],
                    Err(Mistake {
                        reason: Reason::NotYaml(_),
                        ..
                    })
                )
        );
    }

    #[test]
    fn files_documents_depth_and_size_have_limits() {
        let comment = |bytes: usize| format!("a: 1 #{}", "x".repeat(bytes - 6));
        check(&comment(MAX_FILE_BYTES), Ok(1));
        check(&comment(MAX_FILE_BYTES + 1), Err((1, Reason::TooLong)));
        check(&"--- a\n".repeat(MAX_DOCUMENTS), Ok(MAX_DOCUMENTS));
        check(&"--- a\n".repeat(MAX_DOCUMENTS + 1), Err((1, Reason::TooManyDocuments)));
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(&deep(MAX_DEPTH), Ok(1));
        check(&deep(MAX_DEPTH + 1), Err((1, Reason::TooDeep)));
        // The list counts, too.
        let wide = |nodes: usize| format!("[{}]", "a,".repeat(nodes - 1));
        check(&wide(MAX_NODES), Ok(1));
        check(&wide(MAX_NODES + 1), Err((1, Reason::TooManyNodes)));
    }
}
