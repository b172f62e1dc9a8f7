-- The blocklist of a network. What is to be blocked comes in changes; every step that changes what an enforcer gets has a serial
-- number, and a span says from which serial to which an entry was blocked, by the canary or by all. Of the private link of an
-- objection its SHA-256 alone is kept; what was said in it is sealed under a data key of its own.
CREATE TABLE block_change (
  id BIGINT PRIMARY KEY,
  source TEXT NOT NULL,
  order_id BIGINT REFERENCES authority_order (id),
  target BIGINT,
  feed TEXT,
  proposed_by BIGINT REFERENCES staff (id),
  needed BIGINT NOT NULL,
  reason TEXT NOT NULL,
  stage TEXT NOT NULL,
  stage_at BIGINT NOT NULL,
  CHECK ((source = 'order') = (order_id IS NOT NULL) AND (order_id IS NULL) = (target IS NULL)
    AND (source = 'feed') = (feed IS NOT NULL) AND (source = 'hand') = (proposed_by IS NOT NULL))
);
CREATE INDEX block_change_pending ON block_change (id) WHERE stage IN ('proposed', 'shadow', 'canary');
CREATE INDEX block_change_order ON block_change (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE block_approval (
  change_id BIGINT NOT NULL REFERENCES block_change (id),
  person BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL,
  PRIMARY KEY (change_id, person)
);

CREATE TABLE block_entry (
  id BIGINT PRIMARY KEY,
  change_id BIGINT NOT NULL REFERENCES block_change (id),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  act TEXT NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  basis TEXT NOT NULL,
  why_no_name TEXT,
  starts_at BIGINT NOT NULL,
  expires_at BIGINT,
  review_at BIGINT NOT NULL,
  findings TEXT NOT NULL,
  names_hit BIGINT NOT NULL,
  best_rank BIGINT,
  examples TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  ended_by BIGINT REFERENCES staff (id),
  end_words TEXT
);
CREATE INDEX block_entry_change ON block_entry (change_id);
CREATE INDEX block_entry_value ON block_entry (value);
CREATE INDEX block_entry_state ON block_entry (state, id);
CREATE INDEX block_entry_review ON block_entry (review_at) WHERE state = 'in_force';
CREATE INDEX block_entry_end ON block_entry (expires_at)
  WHERE expires_at IS NOT NULL AND state IN ('proposed', 'shadow', 'canary', 'in_force');

CREATE TABLE block_version (
  serial BIGINT PRIMARY KEY,
  what TEXT NOT NULL,
  change_id BIGINT REFERENCES block_change (id),
  person BIGINT REFERENCES staff (id),
  at BIGINT NOT NULL,
  added BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  undone_by BIGINT
);

CREATE TABLE block_span (
  entry BIGINT NOT NULL REFERENCES block_entry (id),
  audience TEXT NOT NULL,
  from_serial BIGINT NOT NULL,
  until_serial BIGINT,
  PRIMARY KEY (audience, entry, from_serial)
);
CREATE INDEX block_span_from ON block_span (audience, from_serial);
CREATE INDEX block_span_until ON block_span (audience, until_serial) WHERE until_serial IS NOT NULL;

CREATE TABLE block_proof (
  id BIGINT PRIMARY KEY,
  entry BIGINT REFERENCES block_entry (id),
  enforcer TEXT NOT NULL,
  audience TEXT NOT NULL,
  serial BIGINT NOT NULL,
  probe TEXT NOT NULL,
  effect TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX block_proof_entry ON block_proof (entry, id);
CREATE INDEX block_proof_serial ON block_proof (serial, id);

CREATE TABLE block_objection (
  id BIGINT PRIMARY KEY,
  entry BIGINT NOT NULL REFERENCES block_entry (id),
  hash BYTEA NOT NULL UNIQUE,
  words BYTEA,
  opened_at BIGINT NOT NULL,
  result TEXT,
  answered_by BIGINT REFERENCES staff (id),
  answered_at BIGINT,
  answer TEXT,
  clock_key TEXT,
  clock_basis TEXT NOT NULL,
  starts_at BIGINT,
  warn_at BIGINT,
  due_at BIGINT,
  warned_at BIGINT,
  breached_at BIGINT,
  met_at BIGINT,
  CHECK ((result IS NULL) = (answered_by IS NULL) AND (result IS NULL) = (answered_at IS NULL))
);
CREATE INDEX block_objection_open ON block_objection (due_at) WHERE result IS NULL;
CREATE INDEX block_objection_entry ON block_objection (entry);
CREATE INDEX block_objection_running ON block_objection (warn_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX block_objection_words ON block_objection (answered_at) WHERE words IS NOT NULL;
