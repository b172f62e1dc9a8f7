//! Lines for the DSA database: each is the body of one `POST /api/v1/statements`, with as many statements as that takes.

use anlanh_dsa::{Statement, batch};

use super::{Record, WriteError};

#[derive(Default)]
pub(super) struct Writer {
    waiting: Vec<Statement>,
}

impl Writer {
    pub(super) fn write(&mut self, records: Vec<Record>) -> Result<Vec<u8>, WriteError> {
        let mut out = Vec::new();
        for statement in records.into_iter().filter_map(|record| record.statement) {
            self.waiting.push(statement);
            if self.waiting.len() == batch::MAX {
                self.line(&mut out)?;
            }
        }
        Ok(out)
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        let mut out = Vec::new();
        if !self.waiting.is_empty() {
            self.line(&mut out)?;
        }
        Ok(out)
    }

    fn line(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(b"{\"statements\":");
        serde_json::to_writer(&mut *out, &self.waiting)?;
        out.extend_from_slice(b"}\n");
        self.waiting.clear();
        Ok(())
    }
}
