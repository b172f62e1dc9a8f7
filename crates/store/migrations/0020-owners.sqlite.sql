-- Requests to the owners of accounts, pages, groups and channels to remove content themselves: by a target of an order, or by a
-- decision after a complaint. Of the private link its SHA-256 alone; the owner's words are sealed under a data key of their own.
CREATE TABLE owner_request (
  id INTEGER PRIMARY KEY,
  order_id INTEGER REFERENCES authority_order (id),
  target INTEGER,
  decision INTEGER REFERENCES decision (id),
  item INTEGER NOT NULL REFERENCES item (id),
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  category TEXT,
  basis TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  voice TEXT,
  words BLOB,
  clock_key TEXT NOT NULL,
  clock_basis TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  warn_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  warned_at INTEGER,
  breached_at INTEGER,
  met_at INTEGER,
  CHECK ((order_id IS NULL) <> (decision IS NULL) AND (order_id IS NULL) = (target IS NULL)),
  UNIQUE (order_id, target, owner_kind),
  UNIQUE (decision, owner_kind)
) STRICT;
CREATE INDEX owner_request_running ON owner_request (warn_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX owner_request_asked ON owner_request (item) WHERE state = 'asked';
CREATE INDEX owner_request_words ON owner_request (state_at) WHERE words IS NOT NULL;

-- The request that a notice is about.
ALTER TABLE action ADD COLUMN owner_request INTEGER REFERENCES owner_request (id);
