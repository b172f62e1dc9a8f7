-- The blocklist of a network. What is to be blocked comes in changes; every step that changes what an enforcer gets has a serial
-- number, and a span says from which serial to which an entry was blocked, by the canary or by all. Of the private link of an
-- objection its SHA-256 alone is kept; what was said in it is sealed under a data key of its own.
CREATE TABLE block_change (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  order_id INTEGER REFERENCES authority_order (id),
  target INTEGER,
  feed TEXT,
  proposed_by INTEGER REFERENCES staff (id),
  needed INTEGER NOT NULL,
  reason TEXT NOT NULL,
  stage TEXT NOT NULL,
  stage_at INTEGER NOT NULL,
  CHECK ((source = 'order') = (order_id IS NOT NULL) AND (order_id IS NULL) = (target IS NULL)
    AND (source = 'feed') = (feed IS NOT NULL) AND (source = 'hand') = (proposed_by IS NOT NULL))
) STRICT;
CREATE INDEX block_change_pending ON block_change (id) WHERE stage IN ('proposed', 'shadow', 'canary');
CREATE INDEX block_change_order ON block_change (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE block_approval (
  change_id INTEGER NOT NULL REFERENCES block_change (id),
  person INTEGER NOT NULL REFERENCES staff (id),
  at INTEGER NOT NULL,
  PRIMARY KEY (change_id, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE block_entry (
  id INTEGER PRIMARY KEY,
  change_id INTEGER NOT NULL REFERENCES block_change (id),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  act TEXT NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  basis TEXT NOT NULL,
  why_no_name TEXT,
  starts_at INTEGER NOT NULL,
  expires_at INTEGER,
  review_at INTEGER NOT NULL,
  findings TEXT NOT NULL,
  names_hit INTEGER NOT NULL,
  best_rank INTEGER,
  examples TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  ended_by INTEGER REFERENCES staff (id),
  end_words TEXT
) STRICT;
CREATE INDEX block_entry_change ON block_entry (change_id);
CREATE INDEX block_entry_value ON block_entry (value);
CREATE INDEX block_entry_state ON block_entry (state, id);
CREATE INDEX block_entry_review ON block_entry (review_at) WHERE state = 'in_force';
CREATE INDEX block_entry_end ON block_entry (expires_at)
  WHERE expires_at IS NOT NULL AND state IN ('proposed', 'shadow', 'canary', 'in_force');

CREATE TABLE block_version (
  serial INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  change_id INTEGER REFERENCES block_change (id),
  person INTEGER REFERENCES staff (id),
  at INTEGER NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  undone_by INTEGER
) STRICT;

CREATE TABLE block_span (
  entry INTEGER NOT NULL REFERENCES block_entry (id),
  audience TEXT NOT NULL,
  from_serial INTEGER NOT NULL,
  until_serial INTEGER,
  PRIMARY KEY (audience, entry, from_serial)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_span_from ON block_span (audience, from_serial);
CREATE INDEX block_span_until ON block_span (audience, until_serial) WHERE until_serial IS NOT NULL;

CREATE TABLE block_proof (
  id INTEGER PRIMARY KEY,
  entry INTEGER REFERENCES block_entry (id),
  enforcer TEXT NOT NULL,
  audience TEXT NOT NULL,
  serial INTEGER NOT NULL,
  probe TEXT NOT NULL,
  effect TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX block_proof_entry ON block_proof (entry, id);
CREATE INDEX block_proof_serial ON block_proof (serial, id);

CREATE TABLE block_objection (
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES block_entry (id),
  hash BLOB NOT NULL UNIQUE,
  words BLOB,
  opened_at INTEGER NOT NULL,
  result TEXT,
  answered_by INTEGER REFERENCES staff (id),
  answered_at INTEGER,
  answer TEXT,
  clock_key TEXT,
  clock_basis TEXT NOT NULL,
  starts_at INTEGER,
  warn_at INTEGER,
  due_at INTEGER,
  warned_at INTEGER,
  breached_at INTEGER,
  met_at INTEGER,
  CHECK ((result IS NULL) = (answered_by IS NULL) AND (result IS NULL) = (answered_at IS NULL))
) STRICT;
CREATE INDEX block_objection_open ON block_objection (due_at) WHERE result IS NULL;
CREATE INDEX block_objection_entry ON block_objection (entry);
CREATE INDEX block_objection_running ON block_objection (warn_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX block_objection_words ON block_objection (answered_at) WHERE words IS NOT NULL;
