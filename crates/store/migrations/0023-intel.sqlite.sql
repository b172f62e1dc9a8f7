-- Indicators that are shared: collections of STIX objects. A collection's number stands in every row of its objects, and is small.
CREATE TABLE intel_collection (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  alias TEXT UNIQUE,
  title TEXT NOT NULL,
  description TEXT,
  can_read INTEGER NOT NULL,
  can_write INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- What a token may do with a collection beyond what everybody may.
CREATE TABLE intel_grant (
  collection INTEGER NOT NULL REFERENCES intel_collection (id),
  token INTEGER NOT NULL REFERENCES token (id),
  can_read INTEGER NOT NULL,
  can_write INTEGER NOT NULL,
  PRIMARY KEY (collection, token)
) STRICT, WITHOUT ROWID;

-- One version of an object in a collection. `added` is a moment that no other version has, and rises: rows are written at the end
-- of the table and of the index that pages are read by. `identity` is of collection and id
-- together. No collection goes, so that none is looked for before a row is written.
CREATE TABLE intel_object (
  added INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  identity BLOB NOT NULL,
  version INTEGER NOT NULL,
  is_first INTEGER NOT NULL,
  is_last INTEGER NOT NULL,
  is_revoked INTEGER NOT NULL,
  tlp INTEGER NOT NULL,
  kind TEXT NOT NULL,
  spec_version TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor INTEGER,
  feed INTEGER,
  id TEXT NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (identity, version)
) STRICT;
CREATE INDEX intel_object_page ON intel_object (collection, is_last, added);

-- What was taken out of a collection, by a moment of the same kind, so that indices follow.
CREATE TABLE intel_gone (
  at INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  added INTEGER NOT NULL
) STRICT;

-- The moment that was given out last. It stays when what it was given to is gone.
CREATE TABLE intel_clock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO intel_clock (one, last) VALUES (1, 0);

-- What became of what a token handed in, as it is told, for as long as it is to be kept.
CREATE TABLE intel_status (
  id TEXT PRIMARY KEY,
  token INTEGER REFERENCES token (id),
  at INTEGER NOT NULL,
  answer BLOB NOT NULL
) STRICT;
CREATE INDEX intel_status_at ON intel_status (at);

-- How strictly marked objects a token may read; none is TLP:CLEAR.
ALTER TABLE token ADD COLUMN tlp INTEGER;
