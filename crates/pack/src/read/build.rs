//! From tables to a policy: references resolved, values parsed, every mistake noted, the engine's compiler asked last.

use std::collections::HashMap;

use anlanh_screen::{
    Action, Basis, Date, Entry, Identifier, ItemKind, ListDeclaration, MatchMode, Near, Pack, PackError, Part,
    PersonalKind, ProtectedName, Rule, Screener, Severity, Teencode, Validity,
};
use toml::Spanned;
use toml::value::Datetime;

use super::{Findings, Placed, Tables};
use crate::mistake::At;
use crate::policy::{
    Article, Authority, Category, Clock, Described, Evidence, Example, Examples, Index, Label, Ladder, Law, Permanent,
    Step,
};
use crate::raw::{self, Ref};
use crate::source::Sources;
use crate::{Policy, Text};

/// Where the parts of the engine's pack stand, to place what its compiler finds.
#[derive(Default)]
struct Places {
    categories: Vec<At>,
    entries: Vec<At>,
    teencode: Vec<At>,
    names: Vec<At>,
    affixes: Vec<At>,
    lists: Vec<At>,
    identifiers: Vec<At>,
    rules: Vec<At>,
    /// Where each rule's condition begins, if it is written plainly.
    conditions: Vec<Option<At>>,
}

/// Builds a policy; `None` when something without which there is none is missing.
pub(super) fn build(tables: Tables, sources: &Sources, findings: &mut Findings<'_>) -> Option<Policy> {
    let mut places = Places::default();
    let mut index = Index::default();
    let laws = laws(tables.laws, findings, &mut index);
    let known = |key: &str| index.articles.contains_key(key);
    let categories = categories(tables.categories, findings, &known, &mut places);
    let category_keys: HashMap<String, bool> = categories
        .iter()
        .map(|category| (category.key.clone(), category.detectable))
        .collect();
    let labels = labels(tables.labels, findings, &known);
    let (lists, list_texts) = lists(tables.lists, findings, &category_keys, &mut places);
    let (identifiers, identifier_texts) = identifiers(tables.identifiers, findings, &known, &mut places);
    let (lexicon, entry_texts) = lexicon(tables.entries, findings, &category_keys, &mut places);
    let label_keys: Vec<String> = labels.iter().map(|label| label.key.clone()).collect();
    let (rules, rule_texts) = rules(tables.rules, findings, &category_keys, &label_keys, &mut places);
    let clocks = clocks(tables.clocks, findings, &known);
    let ladders = ladders(tables.ladders, findings, &known);
    let authorities = authorities(tables.authorities, findings);
    let names = names(tables.names, findings, &mut places);
    let teencode = teencode(tables.teencode, findings, &mut places);
    places.affixes = tables.affixes.iter().map(|affix| affix.at).collect();
    let header = header(tables.pack, findings)?;

    let by_id = |ids: Vec<&String>| ids.into_iter().cloned().zip(0..).collect();
    index.entries = by_id(lexicon.iter().map(|entry| &entry.id).collect());
    index.rules = by_id(rules.iter().map(|rule| &rule.id).collect());
    let pack = Pack {
        id: header.id.into_inner(),
        version: header.version,
        digest: sources.digest(),
        as_of: date(&header.as_of).unwrap_or(Date(0)),
        utc_offset_minutes: header.utc_offset_minutes,
        categories: categories
            .iter()
            .map(|category| screen_category(category, &laws, &index))
            .collect(),
        labels: label_keys,
        lexicon,
        teencode,
        names,
        affixes: tables.affixes.into_iter().map(|affix| affix.table).collect(),
        lists,
        identifiers,
        rules,
    };
    if let Err(errors) = Screener::compile(pack.clone()) {
        for error in errors {
            place(&error, &places, findings);
        }
    }
    Some(Policy {
        title: header.title,
        pack,
        laws,
        categories,
        clocks,
        ladders,
        labels,
        authorities,
        lists: list_texts,
        identifiers: identifier_texts,
        entries: entry_texts,
        rules: rule_texts,
        paths: sources.files.iter().map(|file| file.path.clone()).collect(),
        index,
    })
}

/// Puts a mistake of the engine's compiler where its part stands.
fn place(error: &PackError, places: &Places, findings: &mut Findings<'_>) {
    let at = match error.part {
        Part::Category(at) => places.categories.get(at),
        Part::Entry(at) => places.entries.get(at),
        Part::Teencode(at) => places.teencode.get(at),
        Part::Name(at) => places.names.get(at),
        Part::Affix(at) => places.affixes.get(at),
        Part::List(at) => places.lists.get(at),
        Part::Identifier(at) => places.identifiers.get(at),
        Part::Rule(at) => {
            let condition = places.conditions.get(at).copied().flatten();
            if let (Some(condition), Some(offset)) = (condition, error.offset) {
                let offset = condition.offset + offset;
                return findings.add(At { offset, ..condition }, error.message.clone());
            }
            places.rules.get(at)
        }
        Part::Pack => None,
    };
    match at {
        Some(at) => findings.add(*at, error.message.clone()),
        None => findings.add_whole("pack.toml", error.message.clone()),
    }
}

fn header(mut tables: Vec<Placed<raw::PackTable>>, findings: &mut Findings<'_>) -> Option<raw::PackTable> {
    let Some(Placed { at, table }) = tables.pop() else {
        findings.add_whole("pack.toml", "has no readable [pack] table");
        return None;
    };
    if date(&table.as_of).is_none() {
        findings.add(on(at, &table.as_of), "must be a date, as in 2026-11-23");
    }
    texts(findings, at, [&table.title]);
    if !(-14 * 60..=14 * 60).contains(&table.utc_offset_minutes) {
        findings.add(at, "utc_offset_minutes is not between -840 and 840");
    }
    Some(table)
}

/// The place of a value in the file of a table.
fn on<T>(table: At, value: &Spanned<T>) -> At {
    At {
        offset: value.span().start,
        ..table
    }
}

/// The day of a TOML date; `None` for a time or an offset.
fn date(value: &Spanned<Datetime>) -> Option<Date> {
    let Datetime {
        date: Some(date),
        time: None,
        offset: None,
    } = *value.get_ref()
    else {
        return None;
    };
    // Days from civil, after the proleptic Gregorian calendar with years that begin in March.
    let (month, day) = (i32::from(date.month), i32::from(date.day));
    let year = i32::from(date.year) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(Date(era * 146_097 + day_of_era - 719_468))
}

fn validity(
    findings: &mut Findings<'_>,
    table: At,
    from: &Option<Spanned<Datetime>>,
    until: &Option<Spanned<Datetime>>,
) -> Validity {
    let mut day = |value: &Option<Spanned<Datetime>>| {
        let value = value.as_ref()?;
        let day = date(value);
        if day.is_none() {
            findings.add(on(table, value), "must be a date, as in 2026-07-01");
        }
        day
    };
    let validity = Validity {
        from: day(from),
        until: day(until),
    };
    if let (Some(first), Some(last), Some(value)) = (validity.from, validity.until, until)
        && last < first
    {
        findings.add(on(table, value), "until lies before from");
    }
    validity
}

fn evidence(findings: &mut Findings<'_>, table: At, tag: &Ref) -> Evidence {
    Evidence::from_tag(tag.get_ref()).unwrap_or_else(|| {
        let known: Vec<&str> = Evidence::ALL.iter().map(|evidence| evidence.tag()).collect();
        let message = format!("unknown evidence {:?}; one of {}", tag.get_ref(), known.join(", "));
        findings.add(on(table, tag), message);
        Evidence::Memory
    })
}

/// Notes texts without words in one of the languages.
fn texts<'t>(findings: &mut Findings<'_>, at: At, texts: impl IntoIterator<Item = &'t Text>) {
    for text in texts {
        for (language, words) in [("vi", &text.vi), ("en", &text.en)] {
            if words.trim().is_empty() {
                findings.add(at, format!("a text has no words in {language:?}"));
            }
        }
    }
}

/// Notes keys that stand twice.
fn unique(findings: &mut Findings<'_>, seen: &mut HashMap<String, At>, table: At, key: &Ref) {
    let at = on(table, key);
    if key.get_ref().trim().is_empty() {
        findings.add(at, "a key may not be empty");
    }
    if let Some(first) = seen.get(key.get_ref()) {
        let message = format!("{:?} stands already at {}", key.get_ref(), findings.describe(*first));
        findings.add(at, message);
    } else {
        seen.insert(key.get_ref().clone(), at);
    }
}

/// Resolves references to articles.
fn bases(findings: &mut Findings<'_>, table: At, refs: &[Ref], known: &dyn Fn(&str) -> bool) -> Vec<String> {
    for basis in refs {
        if !known(basis.get_ref()) {
            let message = format!("there is no article {:?} in laws.toml", basis.get_ref());
            findings.add(on(table, basis), message);
        }
    }
    refs.iter().map(|basis| basis.get_ref().clone()).collect()
}

fn one_of(findings: &mut Findings<'_>, table: At, value: &Ref, allowed: &[&str]) -> String {
    if !allowed.contains(&value.get_ref().as_str()) {
        let message = format!("{:?} is none of {}", value.get_ref(), allowed.join(", "));
        findings.add(on(table, value), message);
    }
    value.get_ref().clone()
}

fn laws(tables: Vec<Placed<raw::LawTable>>, findings: &mut Findings<'_>, index: &mut Index) -> Vec<Law> {
    let mut seen = HashMap::new();
    for law in &tables {
        unique(findings, &mut seen, law.at, &law.table.key);
    }
    let mut laws = Vec::with_capacity(tables.len());
    for Placed { at, table } in tables {
        for replaced in &table.replaces {
            if !seen.contains_key(replaced.get_ref()) {
                findings.add(on(at, replaced), format!("there is no law {:?}", replaced.get_ref()));
            }
        }
        texts(findings, at, std::iter::once(&table.title).chain(&table.note));
        let validity_of_law = validity(findings, at, &table.from, &table.until);
        let mut articles = Vec::with_capacity(table.article.len());
        for article in table.article {
            let key = format!("{}/{}", table.key.get_ref(), article.key.get_ref());
            if index.articles.contains_key(&key) {
                findings.add(on(at, &article.key), format!("article {key:?} stands twice"));
            }
            index.articles.insert(key, (laws.len(), articles.len()));
            texts(findings, on(at, &article.key), [&article.cite, &article.summary]);
            let own = validity(findings, at, &article.from, &article.until);
            articles.push(Article {
                validity: Validity {
                    from: own.from.or(validity_of_law.from),
                    until: own.until.or(validity_of_law.until),
                },
                evidence: evidence(findings, at, &article.evidence),
                key: article.key.into_inner(),
                cite: article.cite,
                summary: article.summary,
            });
        }
        laws.push(Law {
            evidence: evidence(findings, at, &table.evidence),
            key: table.key.into_inner(),
            number: table.number,
            title: table.title,
            validity: validity_of_law,
            replaces: table.replaces.into_iter().map(Spanned::into_inner).collect(),
            articles,
            note: table.note,
        });
    }
    laws
}

fn categories(
    tables: Vec<Placed<raw::CategoryTable>>,
    findings: &mut Findings<'_>,
    known: &dyn Fn(&str) -> bool,
    places: &mut Places,
) -> Vec<Category> {
    let mut seen = HashMap::new();
    let mut categories = Vec::with_capacity(tables.len());
    for Placed { at, table } in tables {
        unique(findings, &mut seen, at, &table.key);
        places.categories.push(at);
        texts(findings, at, std::iter::once(&table.title).chain(&table.note));
        if table.bases.is_empty() {
            findings.add(at, "a category cites at least one legal basis");
        }
        categories.push(Category {
            bases: bases(findings, at, &table.bases, known),
            evidence: evidence(findings, at, &table.evidence),
            key: table.key.into_inner(),
            title: table.title,
            detectable: table.detectable,
            automatic: table.automatic,
            note: table.note,
        });
    }
    categories
}

fn screen_category(category: &Category, laws: &[Law], index: &Index) -> anlanh_screen::Category {
    let basis = |key: &String| {
        let (law, article) = *index.articles.get(key)?;
        let validity = laws.get(law)?.articles.get(article)?.validity;
        Some(Basis {
            key: key.clone(),
            validity,
        })
    };
    anlanh_screen::Category {
        key: category.key.clone(),
        detectable: category.detectable,
        automatic: category.automatic,
        bases: category.bases.iter().filter_map(basis).collect(),
    }
}

fn category_of(findings: &mut Findings<'_>, table: At, category: &Ref, known: &HashMap<String, bool>) -> String {
    if !known.contains_key(category.get_ref()) {
        findings.add(
            on(table, category),
            format!("there is no category {:?}", category.get_ref()),
        );
    }
    category.get_ref().clone()
}

fn labels(
    tables: Vec<Placed<raw::LabelTable>>,
    findings: &mut Findings<'_>,
    known: &dyn Fn(&str) -> bool,
) -> Vec<Label> {
    let mut seen = HashMap::new();
    let label = |Placed { at, table }: Placed<raw::LabelTable>| {
        unique(findings, &mut seen, at, &table.key);
        texts(findings, at, [&table.title, &table.meaning]);
        Label {
            bases: bases(findings, at, &table.bases, known),
            evidence: evidence(findings, at, &table.evidence),
            key: table.key.into_inner(),
            title: table.title,
            meaning: table.meaning,
        }
    };
    tables.into_iter().map(label).collect()
}

fn lists(
    tables: Vec<Placed<raw::ListTable>>,
    findings: &mut Findings<'_>,
    categories: &HashMap<String, bool>,
    places: &mut Places,
) -> (Vec<ListDeclaration>, Vec<Described>) {
    let mut seen = HashMap::new();
    let list = |Placed { at, table }: Placed<raw::ListTable>| {
        unique(findings, &mut seen, at, &table.id);
        places.lists.push(at);
        texts(findings, at, [&table.title]);
        let category = category_of(findings, at, &table.category, categories);
        let declared = ListDeclaration {
            id: table.id.into_inner(),
            category,
        };
        let described = Described {
            title: Some(table.title),
            note: None,
            evidence: Evidence::Own,
        };
        (declared, described)
    };
    tables.into_iter().map(list).unzip()
}

fn identifiers(
    tables: Vec<Placed<raw::IdentifierTable>>,
    findings: &mut Findings<'_>,
    known: &dyn Fn(&str) -> bool,
    places: &mut Places,
) -> (Vec<Identifier>, Vec<Described>) {
    let mut seen = HashMap::new();
    let identifier = |Placed { at, table }: Placed<raw::IdentifierTable>| {
        unique(findings, &mut seen, at, &table.kind);
        texts(findings, at, [&table.title, &table.rule]);
        bases(findings, at, &table.bases, known);
        let evidence = evidence(findings, at, &table.evidence);
        let min_confidence = *table.min_confidence.get_ref();
        if min_confidence > 100 {
            findings.add(on(at, &table.min_confidence), "is a percentage, 0 to 100");
        }
        let Some(kind) = PersonalKind::from_key(table.kind.get_ref()) else {
            let keys = PersonalKind::ALL.map(PersonalKind::key);
            one_of(findings, at, &table.kind, &keys);
            return None;
        };
        places.identifiers.push(at);
        let described = Described {
            title: Some(table.title),
            note: Some(table.rule),
            evidence,
        };
        Some((Identifier { kind, min_confidence }, described))
    };
    tables.into_iter().filter_map(identifier).unzip()
}

fn near(table: Option<raw::NearTable>) -> Option<Near> {
    table.map(|near| Near {
        phrases: near.phrases,
        within: near.within,
    })
}

fn lexicon(
    tables: Vec<Placed<raw::EntryTable>>,
    findings: &mut Findings<'_>,
    categories: &HashMap<String, bool>,
    places: &mut Places,
) -> (Vec<Entry>, Vec<(Described, Examples)>) {
    let mut seen = HashMap::new();
    let entry = |Placed { at, table }: Placed<raw::EntryTable>| {
        unique(findings, &mut seen, at, &table.id);
        places.entries.push(at);
        texts(findings, at, &table.note);
        let category = category_of(findings, at, &table.category, categories);
        let severities = Severity::ALL.map(Severity::key);
        one_of(findings, at, &table.severity, &severities);
        one_of(findings, at, &table.mode, &MatchMode::ALL.map(MatchMode::key));
        let example = |findings: &mut Findings<'_>, text: Spanned<String>| Example {
            at: on(at, &text),
            line: findings.line(on(at, &text)),
            text: text.into_inner(),
            ..Example::default()
        };
        let examples = Examples {
            hit: table.hit.into_iter().map(|text| example(findings, text)).collect(),
            miss: table.miss.into_iter().map(|text| example(findings, text)).collect(),
        };
        require_examples(findings, at, &examples);
        let entry = Entry {
            severity: Severity::from_key(table.severity.get_ref()).unwrap_or(Severity::Low),
            mode: MatchMode::from_key(table.mode.get_ref()).unwrap_or(MatchMode::Exact),
            id: table.id.into_inner(),
            category,
            tags: table.tags,
            phrases: table.phrases,
            near: near(table.near),
            not_near: near(table.not_near),
        };
        let described = Described {
            title: None,
            note: table.note,
            evidence: evidence(findings, at, &table.evidence),
        };
        (entry, (described, examples))
    };
    tables.into_iter().map(entry).unzip()
}

fn require_examples(findings: &mut Findings<'_>, at: At, examples: &Examples) {
    if examples.hit.is_empty() {
        findings.add(at, "has no example that must be hit");
    }
    if examples.miss.is_empty() {
        findings.add(at, "has no example that must not be hit");
    }
}

fn rules(
    tables: Vec<Placed<raw::RuleTable>>,
    findings: &mut Findings<'_>,
    categories: &HashMap<String, bool>,
    labels: &[String],
    places: &mut Places,
) -> (Vec<Rule>, Vec<(Described, Examples)>) {
    let mut seen = HashMap::new();
    let rule = |Placed { at, table }: Placed<raw::RuleTable>| {
        unique(findings, &mut seen, at, &table.id);
        places.rules.push(at);
        places.conditions.push(condition_at(findings, at, &table.when));
        texts(findings, at, std::iter::once(&table.title).chain(&table.note));
        let category = category_of(findings, at, &table.category, categories);
        one_of(findings, at, &table.action, &Action::ALL.map(Action::key));
        if let Some(label) = table.label.as_ref().filter(|label| !labels.contains(label.get_ref())) {
            findings.add(on(at, label), format!("there is no label {:?}", label.get_ref()));
        }
        let hit = table
            .hit
            .into_iter()
            .map(|table| example(findings, at, table))
            .collect();
        let miss = table
            .miss
            .into_iter()
            .map(|table| example(findings, at, table))
            .collect();
        let examples = Examples { hit, miss };
        require_examples(findings, at, &examples);
        let rule = Rule {
            action: Action::from_key(table.action.get_ref()).unwrap_or(Action::Review),
            id: table.id.into_inner(),
            category,
            when: table.when.into_inner(),
            label: table.label.map(Spanned::into_inner),
            automatic: table.automatic,
        };
        let described = Described {
            title: Some(table.title),
            note: table.note,
            evidence: evidence(findings, at, &table.evidence),
        };
        (rule, (described, examples))
    };
    tables.into_iter().map(rule).unzip()
}

/// Where the text of a condition begins, if the file holds it letter for letter.
fn condition_at(findings: &Findings<'_>, table: At, when: &Spanned<String>) -> Option<At> {
    let span = when.span();
    let written = findings.text(table.file).get(span.clone())?;
    let inside = written.find(when.get_ref().as_str())?;
    Some(At {
        file: table.file,
        offset: span.start + inside,
    })
}

fn example(findings: &mut Findings<'_>, table: At, example: Spanned<raw::ExampleTable>) -> Example {
    let at = on(table, &example);
    let line = findings.line(at);
    let item = match example.into_inner() {
        raw::ExampleTable::Text(text) => raw::ItemTable {
            text,
            ..raw::ItemTable::default()
        },
        raw::ExampleTable::Item(item) => *item,
    };
    let kind = match item.kind.as_deref().map(|key| (key, ItemKind::from_key(key))) {
        None => ItemKind::Post,
        Some((_, Some(kind))) => kind,
        Some((key, None)) => {
            let known = ItemKind::ALL.map(ItemKind::key).join(", ");
            findings.add(at, format!("{key:?} is none of {known}"));
            ItemKind::Post
        }
    };
    Example {
        text: item.text,
        kind,
        links: item.links,
        labels: item.labels,
        age_days: item.author.age_days,
        violations_30d: item.author.violations_30d,
        violations_90d: item.author.violations_90d,
        locks: item.author.locks,
        verified: item.author.verified,
        listed: item.listed.into_iter().collect(),
        at,
        line,
    }
}

fn clocks(
    tables: Vec<Placed<raw::ClockTable>>,
    findings: &mut Findings<'_>,
    known: &dyn Fn(&str) -> bool,
) -> Vec<Clock> {
    let mut seen = HashMap::new();
    let clock = |Placed { at, table }: Placed<raw::ClockTable>| {
        unique(findings, &mut seen, at, &table.key);
        let all = std::iter::once(&table.title)
            .chain(&table.note)
            .chain(&table.urgent_when);
        texts(findings, at, all);
        if *table.hours.get_ref() == 0 {
            findings.add(on(at, &table.hours), "a deadline has at least one hour");
        }
        let urgent = match (table.urgent_hours, table.urgent_when) {
            (Some(hours), Some(when)) => Some((hours.into_inner(), when)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                findings.add(at, "urgent_hours and urgent_when go together");
                None
            }
        };
        let bound = ["platform", "telecom", "page_owner", "data_controller"];
        Clock {
            asker: one_of(
                findings,
                at,
                &table.asker,
                &["authority", "user", "self", "data_subject"],
            ),
            applies_to: table
                .applies_to
                .iter()
                .map(|party| one_of(findings, at, party, &bound))
                .collect(),
            starts: one_of(findings, at, &table.starts, &["receipt", "detection"]),
            hours: table.hours.into_inner(),
            urgent,
            bases: bases(findings, at, &table.bases, known),
            validity: validity(findings, at, &table.from, &table.until),
            evidence: evidence(findings, at, &table.evidence),
            key: table.key.into_inner(),
            title: table.title,
            note: table.note,
        }
    };
    tables.into_iter().map(clock).collect()
}

fn ladders(
    tables: Vec<Placed<raw::LadderTable>>,
    findings: &mut Findings<'_>,
    known: &dyn Fn(&str) -> bool,
) -> Vec<Ladder> {
    let mut seen = HashMap::new();
    let ladder = |Placed { at, table }: Placed<raw::LadderTable>| {
        unique(findings, &mut seen, at, &table.key);
        texts(findings, at, std::iter::once(&table.title).chain(&table.note));
        if table.step.is_empty() {
            findings.add(at, "a ladder has at least one step");
        }
        let objects = ["account", "page", "group", "channel"];
        let step = |findings: &mut Findings<'_>, step: raw::StepTable| {
            texts(findings, at, &step.note);
            if step
                .lock_days_min
                .is_some_and(|min| min > *step.lock_days_max.get_ref())
            {
                findings.add(on(at, &step.lock_days_max), "lock_days_max is below lock_days_min");
            }
            Step {
                violations: step.violations,
                days: step.days,
                lock_days_min: step.lock_days_min,
                lock_days_max: step.lock_days_max.into_inner(),
                note: step.note,
            }
        };
        let permanent = table.permanent.map(|permanent| Permanent {
            after_locks: permanent.after_locks,
            when: permanent.when,
        });
        texts(findings, at, permanent.as_ref().map(|permanent| &permanent.when));
        Ladder {
            objects: table
                .objects
                .iter()
                .map(|object| one_of(findings, at, object, &objects))
                .collect(),
            execute_within_hours: table.execute_within_hours,
            steps: table.step.into_iter().map(|table| step(findings, table)).collect(),
            permanent,
            bases: bases(findings, at, &table.bases, known),
            validity: validity(findings, at, &table.from, &table.until),
            evidence: evidence(findings, at, &table.evidence),
            key: table.key.into_inner(),
            title: table.title,
            note: table.note,
        }
    };
    tables.into_iter().map(ladder).collect()
}

fn authorities(tables: Vec<Placed<raw::AuthorityTable>>, findings: &mut Findings<'_>) -> Vec<Authority> {
    let mut seen = HashMap::new();
    let authority = |Placed { at, table }: Placed<raw::AuthorityTable>| {
        unique(findings, &mut seen, at, &table.key);
        texts(findings, at, [&table.title, &table.duties]);
        Authority {
            validity: validity(findings, at, &table.from, &table.until),
            evidence: evidence(findings, at, &table.evidence),
            key: table.key.into_inner(),
            title: table.title,
            duties: table.duties,
        }
    };
    tables.into_iter().map(authority).collect()
}

fn names(tables: Vec<Placed<raw::NameTable>>, findings: &mut Findings<'_>, places: &mut Places) -> Vec<ProtectedName> {
    let mut seen = HashMap::new();
    let name = |Placed { at, table }: Placed<raw::NameTable>| {
        unique(findings, &mut seen, at, &table.name);
        places.names.push(at);
        evidence(findings, at, &table.evidence);
        ProtectedName {
            name: table.name.into_inner(),
            kind: table.kind,
            domains: table.domains,
        }
    };
    tables.into_iter().map(name).collect()
}

fn teencode(
    tables: Vec<Placed<raw::TeencodeTable>>,
    findings: &mut Findings<'_>,
    places: &mut Places,
) -> Vec<Teencode> {
    let mut seen = HashMap::new();
    let teencode = |Placed { at, table }: Placed<raw::TeencodeTable>| {
        unique(findings, &mut seen, at, &table.short);
        places.teencode.push(at);
        evidence(findings, at, &table.evidence);
        if table.meanings.is_empty() {
            findings.add(at, "a short form means at least one thing");
        }
        Teencode {
            short: table.short.into_inner(),
            meanings: table.meanings,
        }
    };
    tables.into_iter().map(teencode).collect()
}
