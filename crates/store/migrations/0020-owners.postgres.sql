-- Requests to the owners of accounts, pages, groups and channels to remove content themselves: by a target of an order, or by a
-- decision after a complaint. Of the private link its SHA-256 alone; the owner's words are sealed under a data key of their own.
CREATE TABLE owner_request (
  id BIGINT PRIMARY KEY,
  order_id BIGINT REFERENCES authority_order (id),
  target BIGINT,
  decision BIGINT REFERENCES decision (id),
  item BIGINT NOT NULL REFERENCES item (id),
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  category TEXT,
  basis TEXT NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  voice TEXT,
  words BYTEA,
  clock_key TEXT NOT NULL,
  clock_basis TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  warn_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  warned_at BIGINT,
  breached_at BIGINT,
  met_at BIGINT,
  CHECK ((order_id IS NULL) <> (decision IS NULL) AND (order_id IS NULL) = (target IS NULL)),
  UNIQUE (order_id, target, owner_kind),
  UNIQUE (decision, owner_kind)
);
CREATE INDEX owner_request_running ON owner_request (warn_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX owner_request_asked ON owner_request (item) WHERE state = 'asked';
CREATE INDEX owner_request_words ON owner_request (state_at) WHERE words IS NOT NULL;

-- The request that a notice is about.
ALTER TABLE action ADD COLUMN owner_request BIGINT REFERENCES owner_request (id);
