-- What must not be erased while somebody has a legal claim to it.
CREATE TABLE legal_hold (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (id),
  reason TEXT NOT NULL,
  staff INTEGER NOT NULL REFERENCES staff (id),
  at INTEGER NOT NULL,
  until INTEGER,
  ended_at INTEGER,
  ended_by INTEGER REFERENCES staff (id)
) STRICT;
CREATE INDEX legal_hold_item ON legal_hold (item);

-- Wishes for erasure: of one item, or of all of an account. Whom it is about is known until it is done.
CREATE TABLE erasure (
  id INTEGER PRIMARY KEY,
  target_kind TEXT NOT NULL,
  reference TEXT,
  at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  seen_item INTEGER NOT NULL,
  listed_at INTEGER,
  done_at INTEGER,
  purged_at INTEGER
) STRICT;
CREATE INDEX erasure_unlisted ON erasure (id) WHERE listed_at IS NULL;
CREATE INDEX erasure_on_disk ON erasure (done_at) WHERE purged_at IS NULL;

-- What became of each item of a wish; what is kept is looked at again.
CREATE TABLE erasure_item (
  erasure INTEGER NOT NULL REFERENCES erasure (id),
  item INTEGER NOT NULL REFERENCES item (id),
  kept_for TEXT,
  kept_until INTEGER,
  look_at INTEGER,
  erased_at INTEGER,
  PRIMARY KEY (erasure, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_item_kept ON erasure_item (erasure) WHERE erased_at IS NULL;
CREATE INDEX erasure_item_look ON erasure_item (look_at) WHERE look_at IS NOT NULL;

-- Items without content, and why they have none.
CREATE TABLE erased_item (
  item INTEGER PRIMARY KEY REFERENCES item (id),
  at INTEGER NOT NULL,
  why TEXT NOT NULL,
  purged_at INTEGER
) STRICT;

CREATE INDEX erased_item_on_disk ON erased_item (at) WHERE purged_at IS NULL;

-- What is looked for when the time of things is over, and what published figures are counted by.
CREATE INDEX report_kept ON report (answered_at) WHERE answered_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX report_received ON report (received_at);
CREATE INDEX clock_starts ON clock (starts_at);
CREATE INDEX appeal_party ON appeal (party);
CREATE INDEX appeal_ended ON appeal (ended_at) WHERE ended_at IS NOT NULL;

-- Mails to an address that nobody has confirmed are counted, by a keyed hash of it.
ALTER TABLE outgoing_mail ADD COLUMN counted_to BLOB;
CREATE INDEX outgoing_mail_counted ON outgoing_mail (counted_to, made_at) WHERE counted_to IS NOT NULL;
CREATE INDEX report_unconfirmed ON report (received_at) WHERE confirmation IS NOT NULL;

-- Where verified information stands, beside a label that is shown.
ALTER TABLE action ADD COLUMN verified TEXT;
