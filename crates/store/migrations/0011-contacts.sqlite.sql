-- Where those behind items hear of decisions by mail: an address, sealed under a key of its own.
CREATE TABLE subject_contact (
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  subject INTEGER NOT NULL UNIQUE,
  address BLOB NOT NULL,
  language TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (target_kind, reference)
) STRICT, WITHOUT ROWID;

-- Up to which action mails were written; begins with the first address that is kept.
CREATE TABLE notice_mail (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  after_action INTEGER NOT NULL
) STRICT;
