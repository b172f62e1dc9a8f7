//! SQL with a name, written once for both backends.

use std::fmt::Write as _;

/// One SQL statement. Parameters are `$1`, `$2` …, at most [`crate::MAX_PARAMETERS`].
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// What it is called in errors and logs.
    pub name: &'static str,
    /// The text, for both backends unless [`Self::postgres`] has another.
    pub sql: &'static str,
    /// What PostgreSQL is given.
    pub postgres: OnPostgres,
}

/// What PostgreSQL is given for a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPostgres {
    /// The same text.
    Same,
    /// A text of its own, where one text cannot serve both.
    Own(&'static str),
    /// A text that does for many rows at once what the statement does for one. What is sent for one row may then go
    /// together with others, see [`crate::Write::send`].
    Rows {
        /// The text; each parameter is an array with a value of each row.
        sql: &'static str,
        /// Higher than that of every statement with rows that its rows refer to: what waits together goes by rank.
        rank: u8,
    },
}

impl Statement {
    /// A statement whose text serves both backends.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self {
            name,
            sql,
            postgres: OnPostgres::Same,
        }
    }

    /// Gives PostgreSQL a text of its own; the place where it stands says why.
    #[must_use]
    pub const fn on_postgres(self, sql: &'static str) -> Self {
        Self {
            postgres: OnPostgres::Own(sql),
            ..self
        }
    }

    /// Gives PostgreSQL a text for many rows, which returns none, and its rank; see [`OnPostgres::Rows`].
    #[must_use]
    pub const fn with_rows(self, rank: u8, sql: &'static str) -> Self {
        Self {
            postgres: OnPostgres::Rows { sql, rank },
            ..self
        }
    }

    /// The text for PostgreSQL.
    pub(crate) const fn for_postgres(&self) -> &'static str {
        match self.postgres {
            OnPostgres::Same => self.sql,
            OnPostgres::Own(sql) | OnPostgres::Rows { sql, .. } => sql,
        }
    }

    /// Its rank, where PostgreSQL takes rows of it together.
    pub(crate) const fn rank(&self) -> Option<u8> {
        match self.postgres {
            OnPostgres::Same | OnPostgres::Own(_) => None,
            OnPostgres::Rows { rank, .. } => Some(rank),
        }
    }

    /// Whether PostgreSQL takes rows of it together.
    pub(crate) const fn has_rows(&self) -> bool {
        self.rank().is_some()
    }
}

/// Names a text by where it lies, which for a `'static` text is for ever: cheaper than to compare it.
pub(crate) fn key(sql: &'static str) -> (usize, usize) {
    (sql.as_ptr().addr(), sql.len())
}

/// Whether a statement can change nothing. PostgreSQL is asked for no function that writes.
pub(crate) fn only_reads(sql: &str) -> bool {
    let mut rest = sql.trim_start();
    while let Some(comment) = rest.strip_prefix("--") {
        rest = comment.split_once('\n').map_or("", |(_, after)| after).trim_start();
    }
    rest.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

/// Rewrites `$1` to `?1`, outside of quotes and comments.
///
/// To SQLite `$1` is a parameter *named* "$1", numbered by where it first stands: `$2 … $1` would be bound the wrong way
/// round, without a word.
pub(crate) fn number_for_sqlite(sql: &str) -> String {
    renumbered(sql, |numbered, number| {
        numbered.push('?');
        numbered.push_str(number);
    })
}

/// One text that does what several do, all of which return nothing: the parameters of each come after those of the ones
/// before it.
pub(crate) fn joined(texts: &[(&str, usize)]) -> String {
    let mut joined = String::new();
    let mut before = 0;
    for (at, (sql, parameters)) in texts.iter().enumerate() {
        let is_last = at + 1 == texts.len();
        let start = match (at, is_last) {
            (0, true) => String::new(),
            (0, false) => "WITH s0 AS (".to_owned(),
            (_, true) => " ".to_owned(),
            (at, false) => format!(", s{at} AS ("),
        };
        joined.push_str(&start);
        joined.push_str(&renumbered(sql, |numbered, number| {
            let number = number.parse::<usize>().unwrap_or_default().saturating_add(before);
            let _infallible = write!(numbered, "${number}");
        }));
        // A comment at its end would hide what follows.
        joined.push_str(if is_last { "" } else { "\n)" });
        before += parameters;
    }
    joined
}

/// Rewrites each `$1` outside of quotes and comments, given its number.
fn renumbered(sql: &str, mut write: impl FnMut(&mut String, &str)) -> String {
    let mut numbered = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '`', '[', '-', '/', '$']) {
        let (before, found) = rest.split_at(at);
        numbered.push_str(before);
        let length = match found.as_bytes() {
            [quote @ (b'\'' | b'"' | b'`'), ..] => through(found, 1, char::from(*quote)),
            [b'[', ..] => through(found, 1, ']'),
            [b'-', b'-', ..] => through(found, 2, '\n'),
            [b'/', b'*', ..] => found.find("*/").map_or(found.len(), |end| end + 2),
            [b'$', digit, ..] if digit.is_ascii_digit() && !ends_in_word(before) => {
                let number = found.get(1..).unwrap_or_default();
                let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
                let (number, after) = number.split_at(digits);
                write(&mut numbered, number);
                rest = after;
                continue;
            }
            _ => 1,
        };
        let (kept, after) = found.split_at(length);
        numbered.push_str(kept);
        rest = after;
    }
    numbered.push_str(rest);
    numbered
}

/// Bytes up to and with the `end` that is found from `skip` on; a doubled quote ends and begins again.
fn through(text: &str, skip: usize, end: char) -> usize {
    let found = text.get(skip..).and_then(|inner| inner.find(end));
    found.map_or(text.len(), |at| skip + at + end.len_utf8())
}

/// `a$1` is a name.
fn ends_in_word(before: &str) -> bool {
    before.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        assert_eq!(number_for_sqlite(sql), expected);
    }

    #[test]
    fn parameters_are_numbered() {
        check("SELECT $2, $1, $10", "SELECT ?2, ?1, ?10");
        check("a=$1-$2/$3[$4]", "a=?1-?2/?3[$4]");
        check("($1)", "(?1)");
        check("", "");
        check("$", "$");
        check("a$1", "a$1");
    }

    #[test]
    fn quotes_and_comments_stay() {
        check("'$1' $1 'it''s $2' $2", "'$1' ?1 'it''s $2' ?2");
        check("\"$1\" `$1` [$1] $1", "\"$1\" `$1` [$1] ?1");
        check("-- $1\n$1 -- $2", "-- $1\n?1 -- $2");
        check("/* $1 */ $1 /* $2", "/* $1 */ ?1 /* $2");
        check("'đ$1' $1 'đ", "'đ$1' ?1 'đ");
    }

    #[test]
    fn texts_are_joined() {
        let check = |texts: &[(&str, usize)], expected: &str| assert_eq!(joined(texts), expected);
        check(&[("A $2 $1", 2)], "A $2 $1");
        check(
            &[("A $1", 1), ("B '$1' $2 $1 -- c", 2)],
            "WITH s0 AS (A $1\n) B '$1' $3 $2 -- c",
        );
        check(
            &[("A -- $1", 0), ("B $10::BIGINT[]", 10), ("C $1", 1)],
            "WITH s0 AS (A -- $1\n), s1 AS (B $10::BIGINT[]\n) C $11",
        );
    }

    #[test]
    fn reading_is_known_by_its_first_word() {
        assert!(only_reads("-- a\n-- b\n select 1"));
        assert!(!only_reads("-- select\nINSERT INTO a VALUES (1)"));
        assert!(!only_reads("WITH a AS (DELETE FROM b) SELECT 1"));
        assert!(!only_reads("đđđ"));
    }
}
