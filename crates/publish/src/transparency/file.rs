//! The report as files: a line a number, or one object.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Figure, Report};
use crate::export::csv_field;

impl Report {
    /// The report as CSV (RFC 4180): `period,figure,key,value`.
    #[must_use]
    pub fn to_csv(&self) -> Vec<u8> {
        let mut out = b"period,figure,key,value\r\n".to_vec();
        let period = self.period.to_string();
        for count in self.counts() {
            let value = count.value.to_string();
            let fields = [period.as_str(), count.figure.key(), count.key.as_str(), &value];
            for (place, field) in fields.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                csv_field(field, &mut out);
            }
            out.extend_from_slice(b"\r\n");
        }
        out
    }

    /// The report as JSON: each figure an object of its keys.
    ///
    /// # Errors
    /// When it cannot be written, which says that this code is wrong.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Whole(self))
    }
}

struct Whole<'r>(&'r Report);
struct Figures<'r>(&'r Report);
struct Keys<'r>(&'r Report, Figure);

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("period", &self.0.period.to_string())?;
        map.serialize_entry("computed_at", &self.0.computed_at.to_string())?;
        map.serialize_entry("is_over", &self.0.is_over)?;
        map.serialize_entry("figures", &Figures(self.0))?;
        map.end()
    }
}

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for figure in Figure::ALL {
            if self.0.of(figure).next().is_some() {
                map.serialize_entry(figure.key(), &Keys(self.0, figure))?;
            }
        }
        map.end()
    }
}

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = self.0.of(self.1).map(|count| (count.key.as_str(), count.value));
        serializer.collect_map(counts)
    }
}
