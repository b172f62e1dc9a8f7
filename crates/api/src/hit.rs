//! A hit of `anlanh match`: one NDJSON line.

/// A value of an event that is listed, or a pattern or rule that it matches.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct HitOut<'h> {
    /// The file of the event, where there is more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'h str>,
    /// The number of the line, from 1.
    pub line: u64,
    /// The lines of all events that a pattern over several matches; its line is the one that completed it.
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    pub lines: &'h [u64],
    /// The field, with dots between keys; of a pattern that by which it was looked up, if by any, or by which events were grouped.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub field: &'h str,
    /// The kind of the value: `domain`, `url`, `address`, `hash`, `ja3`, `ja4`, `email`; or `pattern`, `sigma`.
    pub kind: &'h str,
    /// The value, in the form in which it was compared.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub value: &'h str,
    /// The indicator: the id of a STIX object or of a rule, or what a plain list names.
    pub indicator: &'h str,
    /// The list, bundle or file of rules that it stands in.
    pub source: &'h str,
    /// The title of a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'h str>,
    /// How grave it is what the rule finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'h str>,
    /// How far the rule is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'h str>,
    /// When the rule may be wrong, in the words of its author.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub falsepositives: &'h [String],
}

impl HitOut<'_> {
    /// Adds the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Writing texts and a number to memory does not fail.
        let _ = serde_json::to_writer(&mut *out, self);
        out.push(b'\n');
    }
}

/// A hit of `anlanh events hunt`: one NDJSON line.
#[derive(Debug, Clone, Copy)]
pub struct HuntedOut<'h> {
    /// When the event came, in RFC 3339.
    pub at: &'h str,
    /// The kind of the value.
    pub kind: &'h str,
    /// The value, in the form in which it was compared.
    pub value: &'h str,
    /// The indicator: the id of a STIX object, or what a plain list names.
    pub indicator: &'h str,
    /// The list or bundle that it stands in.
    pub source: &'h str,
    /// What was kept of the event, a JSON object.
    pub event: &'h str,
}

impl HuntedOut<'_> {
    /// Adds the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        let event: serde_json::Value = serde_json::from_str(self.event).unwrap_or_default();
        let line = serde_json::json!({
            "at": self.at,
            "kind": self.kind,
            "value": self.value,
            "indicator": self.indicator,
            "source": self.source,
            "event": event,
        });
        // Writing texts to memory does not fail.
        let _ = serde_json::to_writer(&mut *out, &line);
        out.push(b'\n');
    }
}
