-- Collections of other servers that this node's indicators are pushed to: where, how far, and how that stands. `position` is the
-- change of an indicator up to which everything was looked at; `settings_at` when it was last set what is pushed.
CREATE TABLE push (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  kinds TEXT NOT NULL,
  tlp BIGINT NOT NULL,
  confidence BIGINT NOT NULL,
  secret_subject BIGINT,
  secret BYTEA,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  settings_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  position BIGINT NOT NULL,
  status TEXT,
  status_at BIGINT,
  failures BIGINT NOT NULL,
  failure TEXT,
  told_at BIGINT,
  refused BIGINT NOT NULL,
  why TEXT
);

-- What was pushed of an indicator: under which id, what it said, and whether it holds there.
CREATE TABLE push_object (
  push BIGINT NOT NULL REFERENCES push (id),
  indicator BIGINT NOT NULL,
  object TEXT NOT NULL,
  generation BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  stamp BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (push, indicator)
);
CREATE INDEX push_object_object ON push_object (push, object);
