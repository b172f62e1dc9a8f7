//! Rust source told apart into code, comments and literals, without parsing it: enough to count lines and to find
//! words where they mean something. Knows the lexical rules of the Rust reference, none of its grammar.

/// A source file in two layers of the same length and lines: what is not in a layer is blank in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Code, literals emptied.
    pub code: String,
    /// Comments and documentation.
    pub comments: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Code,
    Comment,
    Neither,
}

struct Reader<'a> {
    rest: std::str::Chars<'a>,
    code: String,
    comments: String,
}

impl Reader<'_> {
    /// Moves past one character into a layer; a line break goes into both.
    fn take(&mut self, layer: Layer) -> Option<char> {
        let c = self.rest.next()?;
        let blank = if c == '\n' { '\n' } else { ' ' };
        self.code.push(if layer == Layer::Code { c } else { blank });
        self.comments.push(if layer == Layer::Comment { c } else { blank });
        Some(c)
    }

    fn take_many(&mut self, count: usize, layer: Layer) {
        for _ in 0..count {
            self.take(layer);
        }
    }

    fn starts_with(&self, prefix: &str) -> bool {
        self.rest.as_str().starts_with(prefix)
    }

    fn line_comment(&mut self) {
        while !self.starts_with("\n") && self.take(Layer::Comment).is_some() {}
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.starts_with("/*") {
                depth += 1;
                self.take_many(2, Layer::Comment);
            } else if self.starts_with("*/") {
                depth = depth.saturating_sub(1);
                self.take_many(2, Layer::Comment);
            } else if self.take(Layer::Comment).is_none() {
                return;
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// A literal up to its closing quote, with escapes.
    fn quoted(&mut self, quote: char) {
        self.take(Layer::Code);
        while let Some(next) = self.rest.as_str().chars().next() {
            if next == quote {
                self.take(Layer::Code);
                return;
            }
            if self.take(Layer::Neither) == Some('\\') {
                self.take(Layer::Neither);
            }
        }
    }

    /// A raw string, whose prefix with its hashes has this length.
    fn raw(&mut self, prefix: usize, hashes: usize) {
        self.take_many(prefix, Layer::Code);
        let end = format!("\"{}", "#".repeat(hashes));
        while !self.starts_with(&end) && self.take(Layer::Neither).is_some() {}
        self.take_many(end.len(), Layer::Code);
    }

    /// Prefix length and number of hashes, if a raw string begins here.
    fn raw_start(&self) -> Option<(usize, usize)> {
        let rest = self.rest.as_str();
        let letters = ["r", "br", "cr"].into_iter().find(|letters| {
            let after = rest.strip_prefix(letters);
            after.is_some_and(|after| after.starts_with(['"', '#']))
        })?;
        let hashes = rest.chars().skip(letters.len()).take_while(|c| *c == '#').count();
        let quote = rest.chars().nth(letters.len() + hashes);
        (quote == Some('"')).then_some((letters.len() + hashes + 1, hashes))
    }

    /// Whether the quote here opens a character and not a lifetime.
    fn is_character(&self) -> bool {
        let mut next = self.rest.clone().skip(1);
        next.next() == Some('\\') || next.next() == Some('\'')
    }
}

impl Source {
    /// Tells a text apart.
    pub fn of(text: &str) -> Self {
        let mut reader = Reader {
            rest: text.chars(),
            code: String::new(),
            comments: String::new(),
        };
        let mut before = ' ';
        while let Some(next) = reader.rest.as_str().chars().next() {
            let in_word = before.is_alphanumeric() || before == '_';
            if reader.starts_with("//") {
                reader.line_comment();
            } else if reader.starts_with("/*") {
                reader.block_comment();
            } else if let Some((prefix, hashes)) = reader.raw_start().filter(|_| !in_word) {
                reader.raw(prefix, hashes);
            } else if next == '"' {
                reader.quoted('"');
            } else if next == '\'' && reader.is_character() {
                reader.quoted('\'');
            } else {
                reader.take(Layer::Code);
            }
            before = next;
        }
        Self {
            code: reader.code,
            comments: reader.comments,
        }
    }

    /// The code without what is under `#[cfg(test)]`.
    pub fn shipped(&self) -> String {
        let mut out = String::with_capacity(self.code.len());
        let mut rest = self.code.as_str();
        while let Some((before, test)) = rest.split_once("#[cfg(test)]") {
            out.push_str(before);
            let end = item_end(test);
            let (item, after) = test.split_at(end);
            out.extend(item.chars().filter(|c| *c == '\n'));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Where the item at the beginning of some code ends: past its semicolon or its closing brace.
pub fn item_end(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && c == '}' {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blanks are written as `_`, so that their number can be seen.
    #[track_caller]
    fn expect(text: &str, code: &str, comments: &str) {
        let source = Source::of(text);
        let found = [source.code, source.comments].map(|layer| layer.replace(' ', "_"));
        assert_eq!(found, [code, comments], "{text}");
    }

    #[test]
    fn comments_and_literals_are_not_code() {
        expect("a // b", "a_____", "__//_b");
        expect("a/*b/*c*/*/d", "a__________d", "_/*b/*c*/*/_");
        expect("f(\"x\\\"//y\")", "f(\"______\")", "___________");
        expect("/* open", "_______", "/*_open");
    }

    #[test]
    fn raw_strings_end_where_their_hashes_say() {
        expect("r#\"a\"b\"#+c", "r#\"___\"#+c", "__________");
        expect("br\"\\\"+c", "br\"_\"+c", "_______");
        expect("r#type \"x\"", "r#type_\"_\"", "__________");
        expect("bar\"x\"", "bar\"_\"", "______");
    }

    #[test]
    fn lifetimes_are_not_characters() {
        expect("&'a b,'\"','\\'','x'", "&'a_b,'_','__','_'", "__________________");
    }

    #[test]
    fn code_under_cfg_test_does_not_count() {
        let source = Source::of("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\"; }\n}\nfn c() {}\n");
        assert_eq!(source.shipped(), "fn a() {}\n\n\n\n\nfn c() {}\n");
        assert_eq!(Source::of("#[cfg(test)]\nmod tests;\nuse a;").shipped(), "\n\nuse a;");
    }
}
