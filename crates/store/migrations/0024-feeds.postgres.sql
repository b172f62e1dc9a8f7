-- Feeds of indicators: where they are, how they are read, how they stand. What they were known as when a round was last taken over
-- (known_*) is what the next one is held against; what waits for a person (held_*) takes its place when they agree.
CREATE TABLE feed (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT,
  form TEXT NOT NULL,
  every_minutes BIGINT NOT NULL,
  confidence BIGINT NOT NULL,
  valid_days BIGINT,
  tlp BIGINT NOT NULL,
  collection BIGINT,
  secret_subject BIGINT,
  secret BYTEA,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  etag TEXT,
  modified TEXT,
  digest BYTEA,
  position TEXT,
  failures BIGINT NOT NULL,
  failure TEXT,
  checked_at BIGINT,
  changed_at BIGINT,
  lapses_at BIGINT,
  round BIGINT NOT NULL,
  live BIGINT NOT NULL,
  alarms TEXT NOT NULL,
  known_title TEXT,
  known_values BIGINT,
  known_refused BIGINT NOT NULL,
  known_warned BIGINT NOT NULL,
  held_title TEXT,
  held_values BIGINT NOT NULL,
  held_refused BIGINT NOT NULL,
  held_warned BIGINT NOT NULL,
  held_digest BYTEA
);

-- What became of each round.
CREATE TABLE feed_round (
  feed BIGINT NOT NULL REFERENCES feed (id),
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  listed BIGINT NOT NULL,
  added BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  warned BIGINT NOT NULL,
  alarms TEXT NOT NULL,
  why TEXT,
  PRIMARY KEY (feed, number)
);

-- Parts of a feed that change one by one, each with what it looked like last.
CREATE TABLE feed_part (
  feed BIGINT NOT NULL REFERENCES feed (id),
  part TEXT NOT NULL,
  stamp TEXT NOT NULL,
  PRIMARY KEY (feed, part)
);

-- Indicators: one value that one feed lists, under the id of an object where it has one. `stamp` tells whether anything of it
-- changed; `change` rises with every change, so that whoever follows sees each.
CREATE TABLE indicator (
  id BIGINT PRIMARY KEY,
  feed BIGINT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  object TEXT NOT NULL,
  part TEXT NOT NULL,
  stamp BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT,
  confidence BIGINT NOT NULL,
  tlp BIGINT NOT NULL,
  label TEXT,
  warning TEXT,
  first_at BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  revoked_at BIGINT,
  change BIGINT NOT NULL,
  UNIQUE (feed, kind, value, object)
);
CREATE INDEX indicator_value ON indicator (kind, value);
CREATE INDEX indicator_change ON indicator (change);
CREATE INDEX indicator_feed ON indicator (feed, id);
CREATE INDEX indicator_object ON indicator (object) WHERE object <> '';

-- How often a value was seen, by who says so.
CREATE TABLE sighting (
  kind TEXT NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  source TEXT NOT NULL,
  count BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (kind, value, source)
);

-- Sightings that came as objects: each counts once.
CREATE TABLE sighting_object (
  object TEXT PRIMARY KEY,
  at BIGINT NOT NULL
);

-- Which warning lists indicators were last held against, and up to which.
CREATE TABLE warning_state (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  digest BYTEA NOT NULL,
  after_indicator BIGINT
);
