-- Collections of other servers that this node's indicators are pushed to: where, how far, and how that stands. `position` is the
-- change of an indicator up to which everything was looked at; `settings_at` when it was last set what is pushed.
CREATE TABLE push (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  kinds TEXT NOT NULL,
  tlp INTEGER NOT NULL,
  confidence INTEGER NOT NULL,
  secret_subject INTEGER,
  secret BLOB,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  settings_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  status TEXT,
  status_at INTEGER,
  failures INTEGER NOT NULL,
  failure TEXT,
  told_at INTEGER,
  refused INTEGER NOT NULL,
  why TEXT
) STRICT;

-- What was pushed of an indicator: under which id, what it said, and whether it holds there.
CREATE TABLE push_object (
  push INTEGER NOT NULL REFERENCES push (id),
  indicator INTEGER NOT NULL,
  object TEXT NOT NULL,
  generation INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  stamp INTEGER NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (push, indicator)
) STRICT, WITHOUT ROWID;
CREATE INDEX push_object_object ON push_object (push, object);
