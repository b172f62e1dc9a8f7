-- Feeds of indicators: where they are, how they are read, how they stand. What they were known as when a round was last taken over
-- (known_*) is what the next one is held against; what waits for a person (held_*) takes its place when they agree.
CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT,
  form TEXT NOT NULL,
  every_minutes INTEGER NOT NULL,
  confidence INTEGER NOT NULL,
  valid_days INTEGER,
  tlp INTEGER NOT NULL,
  collection INTEGER,
  secret_subject INTEGER,
  secret BLOB,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  etag TEXT,
  modified TEXT,
  digest BLOB,
  position TEXT,
  failures INTEGER NOT NULL,
  failure TEXT,
  checked_at INTEGER,
  changed_at INTEGER,
  lapses_at INTEGER,
  round INTEGER NOT NULL,
  live INTEGER NOT NULL,
  alarms TEXT NOT NULL,
  known_title TEXT,
  known_values INTEGER,
  known_refused INTEGER NOT NULL,
  known_warned INTEGER NOT NULL,
  held_title TEXT,
  held_values INTEGER NOT NULL,
  held_refused INTEGER NOT NULL,
  held_warned INTEGER NOT NULL,
  held_digest BLOB
) STRICT;

-- What became of each round.
CREATE TABLE feed_round (
  feed INTEGER NOT NULL REFERENCES feed (id),
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  warned INTEGER NOT NULL,
  alarms TEXT NOT NULL,
  why TEXT,
  PRIMARY KEY (feed, number)
) STRICT, WITHOUT ROWID;

-- Parts of a feed that change one by one, each with what it looked like last.
CREATE TABLE feed_part (
  feed INTEGER NOT NULL REFERENCES feed (id),
  part TEXT NOT NULL,
  stamp TEXT NOT NULL,
  PRIMARY KEY (feed, part)
) STRICT, WITHOUT ROWID;

-- Indicators: one value that one feed lists, under the id of an object where it has one. `stamp` tells whether anything of it
-- changed; `change` rises with every change, so that whoever follows sees each.
CREATE TABLE indicator (
  id INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  object TEXT NOT NULL,
  part TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER,
  confidence INTEGER NOT NULL,
  tlp INTEGER NOT NULL,
  label TEXT,
  warning TEXT,
  first_at INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  revoked_at INTEGER,
  change INTEGER NOT NULL,
  UNIQUE (feed, kind, value, object)
) STRICT;
CREATE INDEX indicator_value ON indicator (kind, value);
CREATE INDEX indicator_change ON indicator (change);
CREATE INDEX indicator_feed ON indicator (feed, id);
CREATE INDEX indicator_object ON indicator (object) WHERE object <> '';

-- How often a value was seen, by who says so.
CREATE TABLE sighting (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (kind, value, source)
) STRICT, WITHOUT ROWID;

-- Sightings that came as objects: each counts once.
CREATE TABLE sighting_object (
  object TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which warning lists indicators were last held against, and up to which.
CREATE TABLE warning_state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  digest BLOB NOT NULL,
  after_indicator INTEGER
) STRICT;
