-- Indicators that are shared: collections of STIX objects. A collection's number stands in every row of its objects, and is small.
CREATE TABLE intel_collection (
  id BIGINT PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  alias TEXT UNIQUE,
  title TEXT NOT NULL,
  description TEXT,
  can_read BIGINT NOT NULL,
  can_write BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

-- What a token may do with a collection beyond what everybody may.
CREATE TABLE intel_grant (
  collection BIGINT NOT NULL REFERENCES intel_collection (id),
  token BIGINT NOT NULL REFERENCES token (id),
  can_read BIGINT NOT NULL,
  can_write BIGINT NOT NULL,
  PRIMARY KEY (collection, token)
);

-- One version of an object in a collection. `added` is a moment that no other version has, and rises: rows are written at the end
-- of the table and of the index that pages are read by. `identity` is of collection and id
-- together. No collection goes, so that none is looked for before a row is written.
CREATE TABLE intel_object (
  added BIGINT PRIMARY KEY,
  collection BIGINT NOT NULL,
  identity BYTEA NOT NULL,
  version BIGINT NOT NULL,
  is_first SMALLINT NOT NULL,
  is_last SMALLINT NOT NULL,
  is_revoked SMALLINT NOT NULL,
  tlp SMALLINT NOT NULL,
  kind TEXT NOT NULL,
  spec_version TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor BIGINT,
  feed BIGINT,
  id TEXT NOT NULL,
  body BYTEA NOT NULL,
  UNIQUE (identity, version)
);
CREATE INDEX intel_object_page ON intel_object (collection, is_last, added);

-- What was taken out of a collection, by a moment of the same kind, so that indices follow.
CREATE TABLE intel_gone (
  at BIGINT PRIMARY KEY,
  collection BIGINT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  added BIGINT NOT NULL
);

-- The moment that was given out last. It stays when what it was given to is gone.
CREATE TABLE intel_clock (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  last BIGINT NOT NULL
);
INSERT INTO intel_clock (one, last) VALUES (1, 0);

-- What became of what a token handed in, as it is told, for as long as it is to be kept.
CREATE TABLE intel_status (
  id TEXT PRIMARY KEY,
  token BIGINT REFERENCES token (id),
  at BIGINT NOT NULL,
  answer BYTEA NOT NULL
);
CREATE INDEX intel_status_at ON intel_status (at);

-- How strictly marked objects a token may read; none is TLP:CLEAR.
ALTER TABLE token ADD COLUMN tlp SMALLINT;
