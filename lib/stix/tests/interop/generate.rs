//! Patterns and observed data, made from a seed: the same every time.

use serde_json::{Value, json};

/// A generator of numbers (xorshift), and of what is made from them.
pub struct Generator(u64);

const KINDS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pattern(&mut self) -> String {
        self.expression(2)
    }

    fn expression(&mut self, room: usize) -> String {
        let kind = if room == 0 { 0 } else { self.below(8) };
        let expression = match kind {
            0..=3 => format!("[{}]", self.comparison(2)),
            kind => {
                let operator = ["AND", "OR", "FOLLOWEDBY", "FOLLOWEDBY"][kind - 4];
                let (one, other) = (self.expression(room - 1), self.expression(room - 1));
                let joined = format!("{one} {operator} {other}");
                if self.chance(70) {
                    format!("({joined})")
                } else {
                    return joined;
                }
            }
        };
        self.qualified(expression)
    }

    fn qualified(&mut self, expression: String) -> String {
        match self.below(9) {
            0 => format!("{expression} REPEATS {} TIMES", 1 + self.below(4)),
            1 => format!(
                "{expression} WITHIN {} SECONDS",
                self.one(&["1", "3", "2.5", "0.25", "10"])
            ),
            2 => {
                let (start, stop) = (self.below(12), self.below(14));
                format!("{expression} START {} STOP {}", literal_time(start), literal_time(stop))
            }
            3 => format!(
                "{expression} REPEATS {} TIMES WITHIN {} SECONDS",
                1 + self.below(4),
                1 + self.below(6)
            ),
            _ => expression,
        }
    }

    fn comparison(&mut self, room: usize) -> String {
        if room == 0 || self.chance(50) {
            return self.test();
        }
        let (one, other) = (self.comparison(room - 1), self.comparison(room - 1));
        let joined = format!("{one} {} {other}", self.one(&["AND", "OR"]));
        if self.chance(40) { format!("({joined})") } else { joined }
    }

    fn test(&mut self) -> String {
        let kind = self.one(&KINDS);
        let not = if self.chance(20) { "NOT " } else { "" };
        let (path, form) = self.path();
        let operator = match form {
            Form::Text => match self.below(7) {
                0 | 1 => format!("{} {}", self.one(&["=", "!="]), self.text()),
                2 => format!("{} {}", self.one(&["<", ">", "<=", ">="]), self.text()),
                3 => format!("IN ({}, {})", self.text(), self.text()),
                4 => format!(
                    "LIKE {}",
                    self.one(&["'a%'", "'%b'", "'_'", "'%'", "'a_'", "'%é%'", "'a%b%c'", "'a.'"])
                ),
                5 => format!(
                    "MATCHES {}",
                    self.one(&["'^a'", "'b$'", "'[ab]+c'", "'a.?b'", "'(?i)A'", "'é'", "'^$'"])
                ),
                _ => format!("{} 5", self.one(&["=", "!=", "<", ">="])),
            },
            Form::Number => match self.below(4) {
                0 => format!("{} {}", self.one(&["=", "!="]), self.number()),
                1 => format!("{} {}", self.one(&["<", ">", "<=", ">="]), self.number()),
                2 => format!("IN ({}, {})", self.number(), self.number()),
                _ => format!("{} 'a'", self.one(&["=", "!=", "<", ">="])),
            },
            Form::Bool => format!(
                "{} {}",
                self.one(&["=", "!="]),
                self.one(&["true", "false", "1", "'true'"])
            ),
            Form::Time => {
                let time = self.below(12);
                format!("{} {}", self.one(&["=", "!=", "<", ">=", ">"]), literal_time(time))
            }
            Form::Bytes => match self.below(3) {
                0 => format!(
                    "{} {}",
                    self.one(&["=", "!=", "<", ">="]),
                    self.one(&["h'6162'", "b'YWI='", "h'ff'"])
                ),
                1 => format!(
                    "{} {}",
                    self.one(&["=", "!=", ">"]),
                    self.one(&["'ab'", "'a'", "'ÿ'", "'đ'"])
                ),
                _ => format!("MATCHES {}", self.one(&["'^a'", "'b$'", "'c'", "'ÿ'"])),
            },
            Form::Address => format!(
                "ISSUBSET {}",
                self.one(&[
                    "'10.0.0.0/8'",
                    "'10.1.2.0/24'",
                    "'10.1.2.3/32'",
                    "'192.168.0.0/16'",
                    "'0.0.0.0/1'"
                ])
            ),
            // The library compares networks alone here, and fails upon an address.
            Form::Network => format!(
                "ISSUPERSET {}",
                self.one(&["'10.1.2.3'", "'10.1.2.0/24'", "'10.0.0.0/8'", "'192.168.1.1'"])
            ),
        };
        format!("{kind}:{path} {not}{operator}")
    }

    fn path(&mut self) -> (&'static str, Form) {
        let paths = [
            ("name", Form::Text),
            ("size", Form::Number),
            ("is_good", Form::Bool),
            ("seen", Form::Time),
            ("data_hex", Form::Bytes),
            ("data_bin", Form::Bytes),
            ("address", Form::Address),
            ("network", Form::Network),
            ("names[*]", Form::Text),
            ("names[0]", Form::Text),
            ("names[1]", Form::Text),
            ("part.size", Form::Number),
            ("part.'a-b'", Form::Text),
            ("next_ref.name", Form::Text),
            ("next_ref.next_ref.size", Form::Number),
            ("other_refs[*].name", Form::Text),
            ("other_refs[1].size", Form::Number),
            ("other_refs[*].names[*]", Form::Text),
        ];
        paths[self.below(paths.len())]
    }

    fn text(&mut self) -> &'static str {
        self.one(&["'a'", "'b'", "'ab'", "'abc'", "'é'", "''", "'A'", "'a b'"])
    }

    fn number(&mut self) -> &'static str {
        self.one(&["0", "1", "2", "-1", "1.0", "1.5", "100"])
    }

    /// A pattern with one letter more, less or other.
    pub fn broken(&mut self, pattern: &str) -> String {
        let letters: Vec<char> = pattern.chars().collect();
        let at = self.below(letters.len());
        let other = ['\'', '[', ')', ' ', ':', '.', '=', 'A', '1', '\\', '*', ',', '-', '('][self.below(14)];
        let (before, after) = letters.split_at(at);
        let middle: &[char] = match self.below(3) {
            0 => &[],
            1 => &[other],
            _ => &[other, after[0]],
        };
        before.iter().chain(middle).chain(&after[1..]).collect()
    }

    /// A bundle of observed data with what it names.
    pub fn bundle(&mut self) -> Value {
        let mut objects = Vec::new();
        for index in 0..=self.below(5) {
            let count = 1 + self.below(3);
            let ids: Vec<String> = (0..count).map(|at| id("thing", index * 10 + at)).collect();
            let first = self.below(12);
            let last = first + self.below(4);
            let times = [1, 1, 1, 2, 3][self.below(5)];
            objects.push(json!({
                "type": "observed-data",
                "spec_version": "2.1",
                "id": id("observed-data", index),
                "first_observed": time(first),
                "last_observed": time(last),
                "number_observed": times,
                "object_refs": ids,
            }));
            for own in &ids {
                objects.push(self.observable(own, &ids));
            }
        }
        json!({"type": "bundle", "id": id("bundle", 1), "objects": objects})
    }

    fn observable(&mut self, own: &str, ids: &[String]) -> Value {
        let mut object = json!({"type": self.one(&KINDS), "id": own});
        let texts = ["a", "b", "ab", "abc", "é", "", "A", "a b", "e\u{301}"];
        let mut add = |generator: &mut Self, name: &str, value: Value| {
            if generator.chance(60) {
                object.as_object_mut().unwrap().insert(name.to_owned(), value);
            }
        };
        let text = self.one(&texts);
        add(self, "name", json!(text));
        let size = [
            json!(0),
            json!(1),
            json!(2),
            json!(-1),
            json!(1.5),
            json!(1.0),
            json!(100),
        ][self.below(7)]
        .clone();
        add(self, "size", size.clone());
        let is_good = self.chance(50);
        add(self, "is_good", json!(is_good));
        let seen = self.below(12);
        add(self, "seen", json!(time(seen)));
        let bytes = self.one(&["6162", "61", "ff", "6263"]);
        add(self, "data_hex", json!(bytes));
        let bytes = self.one(&["YWI=", "YQ==", "/w==", "YmM="]);
        add(self, "data_bin", json!(bytes));
        let address = self.one(&["10.1.2.3", "10.1.0.0/16", "192.168.1.1", "10.0.0.0/8", "200.1.1.1"]);
        add(self, "address", json!(address));
        let network = self.one(&[
            "10.1.2.0/24",
            "10.1.0.0/16",
            "192.168.0.0/16",
            "10.0.0.0/8",
            "10.1.2.3/32",
        ]);
        add(self, "network", json!(network));
        let names = [self.one(&texts), self.one(&texts)];
        let names = &names[..=self.below(2)];
        add(self, "names", json!(names));
        let text = self.one(&texts);
        add(self, "part", json!({"size": size, "a-b": text}));
        let next = ids[self.below(ids.len())].clone();
        add(self, "next_ref", json!(next));
        let mut others = ids.to_vec();
        if self.chance(30) {
            others.push(id("thing", 999));
        }
        add(self, "other_refs", json!(others));
        object
    }
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    Bool,
    Time,
    Bytes,
    Address,
    Network,
}

fn id(of: &str, number: usize) -> String {
    format!("{of}--00000000-0000-4000-8000-{number:012}")
}

fn time(second: usize) -> String {
    format!("2026-01-01T00:00:{second:02}Z")
}

fn literal_time(second: usize) -> String {
    format!("t'{}'", time(second))
}
