//! What an indicator is connected to, in words.

use anlanh_app::indicator::{Around, IndicatorRow, Portion, ThreatAround};
use anlanh_model::{RelationKind, ThreatKind};

use super::blocklist;
use super::feeds::{link as feed_link, value_kind};
use super::incidents::{link as incident_link, say};
use super::indicators::link;
use super::words::Words;
use crate::console::{Column, Graph, More, Section, Spot};

/// What a threat is.
pub(super) fn threat_kind(words: Words, kind: ThreatKind) -> &'static str {
    match kind {
        ThreatKind::Campaign => words.pick("Chiến dịch", "Campaign"),
        ThreatKind::IntrusionSet => words.pick("Tập hợp xâm nhập", "Intrusion set"),
        ThreatKind::Malware => words.pick("Mã độc", "Malware"),
        ThreatKind::ThreatActor => words.pick("Nhóm tấn công", "Threat actor"),
        ThreatKind::Tool => words.pick("Công cụ", "Tool"),
        ThreatKind::AttackPattern => words.pick("Cách tấn công", "Way of attack"),
        ThreatKind::Infrastructure => words.pick("Hạ tầng tấn công", "Infrastructure of attacks"),
    }
}

fn relation(words: Words, by: RelationKind) -> &'static str {
    match by {
        RelationKind::Indicates => words.pick("cho thấy", "is shown by it"),
        RelationKind::AttributedTo => words.pick("đứng sau", "stands behind"),
        RelationKind::AuthoredBy => words.pick("viết ra", "wrote"),
        RelationKind::Uses => words.pick("được dùng bởi", "is used by"),
        RelationKind::VariantOf => words.pick("có biến thể là", "has a variant in"),
    }
}

/// Where the indicators of a threat are listed.
pub(super) fn threat_link(kind: ThreatKind, name: &str) -> String {
    let query = serde_urlencoded::to_string([("threat", kind.key()), ("name", name)]).unwrap_or_default();
    format!("{}?{query}", Section::Indicators.path())
}

/// What is drawn, and what is not, while it is put together.
struct Drawing {
    words: Words,
    spots: Vec<Spot>,
    more: Vec<More>,
}

/// The picture of what an indicator is connected to.
pub(super) fn graph(words: Words, row: &IndicatorRow, around: &Around) -> Graph {
    let mut drawing = Drawing {
        words,
        spots: vec![Spot {
            column: Column::Middle,
            what: value_kind(words, &row.kind).to_owned(),
            label: row.value.clone(),
            link: link(row.id),
            tone: "self",
            to: Vec::new(),
        }],
        more: Vec::new(),
    };
    drawing.before(around);
    let threats = drawing.threats(&around.shows);
    drawing.beyond(around, &threats);
    drawing.here(around);
    Graph::of(drawing.spots, drawing.more)
}

impl Drawing {
    fn add(&mut self, (column, tone): (Column, &'static str), spot: (&str, &str, String), to: (usize, &str)) {
        let (what, label, link) = spot;
        self.spots.push(Spot {
            column,
            what: what.to_owned(),
            label: label.to_owned(),
            link,
            tone,
            to: vec![(to.0, to.1.to_owned())],
        });
    }

    fn more(&mut self, column: Column, count: usize, what: (&str, &str), link: Option<String>) {
        if count == 0 {
            return;
        }
        let words = match self.words.pick("vi", "en") {
            "vi" => format!("và {count} {} nữa", what.0),
            _ => format!("and {count} more {}", what.1),
        };
        self.more.push(More { column, words, link });
    }

    /// Who lists it, and what is listed around it.
    fn before(&mut self, around: &Around) {
        let words = self.words;
        for row in &around.listed_by.shown {
            let what = words.pick("Nguồn chỉ dấu", "Feed");
            let how = words.pick("nêu giá trị này", "lists it");
            let spot = (what, row.feed_name.as_str(), feed_link(row.feed));
            self.add((Column::Before, "feed"), spot, (0, how));
        }
        self.more(
            Column::Before,
            around.listed_by.more,
            ("nguồn", "feeds"),
            Some("#others".to_owned()),
        );
        for row in &around.covers.shown {
            let how = words.pick("bao trùm giá trị này", "covers it");
            let spot = (value_kind(words, &row.kind), row.value.as_str(), link(row.id));
            self.add((Column::Before, "value"), spot, (0, how));
        }
        self.more(
            Column::Before,
            around.covers.more,
            ("giá trị bao trùm", "that cover it"),
            None,
        );
    }

    /// What it shows; the place of each.
    fn threats(&mut self, shows: &Portion<ThreatAround>) -> Vec<usize> {
        let mut places = Vec::new();
        for threat in &shows.shown {
            places.push(self.spots.len());
            let what = threat_kind(self.words, threat.kind);
            let how = relation(self.words, RelationKind::Indicates);
            let spot = (what, threat.name.as_str(), threat_link(threat.kind, &threat.name));
            self.add((Column::After, "threat"), spot, (0, how));
        }
        self.more(Column::After, shows.more, ("mối đe dọa", "threats"), None);
        places
    }

    /// What that leads to: behind each what is behind it, then what else shows it.
    fn beyond(&mut self, around: &Around, threats: &[usize]) {
        let words = self.words;
        for (at, place) in threats.iter().enumerate() {
            for behind in around.behind.shown.iter().filter(|behind| behind.of == at) {
                let (what, how) = (threat_kind(words, behind.to.kind), relation(words, behind.by));
                let link = threat_link(behind.to.kind, &behind.to.name);
                // Who is behind several stands there once.
                let known = self.spots.iter_mut().skip(1);
                let mut known = known.filter(|spot| spot.column == Column::Beyond && spot.link == link);
                if let Some(known) = known.next() {
                    known.to.push((*place, how.to_owned()));
                    continue;
                }
                let spot = (what, behind.to.name.as_str(), link);
                self.add((Column::Beyond, "threat"), spot, (*place, how));
            }
            for (_, row) in around.siblings.shown.iter().filter(|(of, _)| *of == at) {
                let how = words.pick("cũng là chỉ dấu của", "also shows");
                let spot = (value_kind(words, &row.kind), row.value.as_str(), link(row.id));
                self.add((Column::Beyond, "value"), spot, (*place, how));
            }
        }
        self.more(Column::Beyond, around.behind.more, ("mối liên hệ", "connections"), None);
        let first = around.shows.shown.first();
        let all = first.map(|threat| threat_link(threat.kind, &threat.name));
        self.more(
            Column::Beyond,
            around.siblings.more,
            ("chỉ dấu liên quan", "related indicators"),
            all,
        );
    }

    /// What it led to on this node.
    fn here(&mut self, around: &Around) {
        let words = self.words;
        if let Some(count) = around.hosts.filter(|count| *count > 0) {
            let label = format!("{count} {}", words.pick("máy", "hosts"));
            let what = words.pick("Đã gặp giá trị này", "Met it");
            let spot = (what, label.as_str(), Section::Incidents.path().to_owned());
            self.add((Column::After, "host"), spot, (0, words.pick("đã gặp", "met it")));
        }
        if let Some(incidents) = &around.incidents {
            for row in &incidents.shown {
                let what = format!(
                    "{} · {}",
                    words.pick("Sự cố", "Incident"),
                    say::state(words, row.incident.state)
                );
                let how = words.pick("mở ra từ cảnh báo của nó", "has alerts by it");
                let spot = (what.as_str(), row.title.as_str(), incident_link(row.incident.id));
                self.add((Column::After, "incident"), spot, (0, how));
            }
            let all = Some(Section::Incidents.path().to_owned());
            self.more(Column::After, incidents.more, ("sự cố", "incidents"), all);
        }
        if let Some(entries) = &around.entries {
            for row in &entries.shown {
                let what = format!(
                    "{} · {}",
                    words.pick("Danh sách chặn", "Blocklist"),
                    blocklist::state_of(words, row)
                );
                let link = blocklist::entry_link(&row.entry.id.to_string());
                let how = words.pick("chặn giá trị này", "blocks it");
                self.add(
                    (Column::After, "block"),
                    (&what, row.terms.value.as_str(), link),
                    (0, how),
                );
            }
            let all = Some(Section::Blocklist.path().to_owned());
            self.more(
                Column::After,
                entries.more,
                ("mục chặn", "entries of the blocklist"),
                all,
            );
        }
    }
}
