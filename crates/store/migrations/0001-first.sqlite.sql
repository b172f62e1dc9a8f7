-- People and machines.
CREATE TABLE staff (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  closed_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invitation (
  hash BLOB PRIMARY KEY,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  hash BLOB PRIMARY KEY,
  staff INTEGER NOT NULL REFERENCES staff (id),
  csrf TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_staff ON session (staff);

CREATE TABLE token (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  staff INTEGER REFERENCES staff (id),
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

-- The policy: every version whole, each file once.
CREATE TABLE policy_file (
  digest TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE policy_version (
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES policy_version (id),
  digest TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  staff INTEGER REFERENCES staff (id),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX policy_version_state ON policy_version (state);

CREATE TABLE policy_version_file (
  version INTEGER NOT NULL REFERENCES policy_version (id),
  path TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES policy_file (digest),
  PRIMARY KEY (version, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_change (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL REFERENCES policy_version (id),
  kind TEXT NOT NULL,
  staff INTEGER REFERENCES staff (id),
  note TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX policy_change_kind ON policy_change (kind, id);

-- What judged an item: a version of the policy and the lists that were loaded.
CREATE TABLE engine (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL REFERENCES policy_version (id),
  lists TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  UNIQUE (version, lists)
) STRICT;

CREATE TABLE brake (
  rule TEXT PRIMARY KEY,
  per_hour INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  used INTEGER NOT NULL
) STRICT;

-- What was handed in.
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  external TEXT,
  kind TEXT NOT NULL,
  author TEXT,
  posted_at INTEGER,
  received_at INTEGER NOT NULL,
  engine INTEGER NOT NULL REFERENCES engine (id),
  facts TEXT NOT NULL,
  action TEXT NOT NULL,
  verdict TEXT NOT NULL
) STRICT;
CREATE INDEX item_external ON item (external, id);
CREATE INDEX item_author ON item (author, id);
CREATE INDEX item_action ON item (action, id);

-- Apart from the item, so that lists stay small and content can be erased.
CREATE TABLE item_content (
  item INTEGER PRIMARY KEY REFERENCES item (id),
  text BLOB NOT NULL,
  links TEXT NOT NULL,
  labels TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE item_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii');

-- What items have in common: author, link hosts, text cluster; members are what is counted apart.
CREATE TABLE item_key (
  key INTEGER NOT NULL,
  at INTEGER NOT NULL,
  item INTEGER NOT NULL,
  member INTEGER NOT NULL,
  PRIMARY KEY (key, at, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_hit (
  rule TEXT NOT NULL,
  item INTEGER NOT NULL,
  engine INTEGER NOT NULL,
  mode TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT,
  PRIMARY KEY (rule, item, engine)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_hit_item ON rule_hit (item);
CREATE INDEX rule_hit_at ON rule_hit (rule, at);

-- Cases and what became of them.
CREATE TABLE moderation_case (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (id),
  purpose TEXT NOT NULL,
  of_case INTEGER,
  first_decider INTEGER,
  cause TEXT NOT NULL,
  category TEXT NOT NULL,
  rule TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  level TEXT NOT NULL,
  state TEXT NOT NULL,
  holder INTEGER REFERENCES staff (id),
  held_until INTEGER,
  opened_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by INTEGER REFERENCES staff (id),
  outcome TEXT
) STRICT;
CREATE INDEX case_item ON moderation_case (item);
CREATE INDEX case_queue ON moderation_case (state, due_at, id);
CREATE INDEX case_category ON moderation_case (state, category, due_at, id);
CREATE INDEX case_done ON moderation_case (state, decided_at, id);
CREATE INDEX case_holder ON moderation_case (holder) WHERE holder IS NOT NULL;

CREATE TABLE case_event (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES moderation_case (id),
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor INTEGER,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  note TEXT
) STRICT;
CREATE INDEX case_event_case ON case_event (case_id, id);

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL UNIQUE REFERENCES moderation_case (id),
  item INTEGER NOT NULL REFERENCES item (id),
  staff INTEGER NOT NULL REFERENCES staff (id),
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  category TEXT,
  basis TEXT NOT NULL,
  labels TEXT NOT NULL,
  facts TEXT NOT NULL,
  detection TEXT NOT NULL,
  version INTEGER NOT NULL REFERENCES policy_version (id)
) STRICT;
CREATE INDEX decision_at ON decision (at);
CREATE INDEX decision_category ON decision (category, at);

CREATE TABLE golden (
  item INTEGER PRIMARY KEY REFERENCES item (id),
  outcome TEXT NOT NULL,
  category TEXT,
  note TEXT NOT NULL,
  staff INTEGER NOT NULL REFERENCES staff (id),
  at INTEGER NOT NULL,
  withdrawn_at INTEGER
) STRICT;

-- Figures that would be too slow to count each time: one row a day and key.
CREATE TABLE tally (
  day INTEGER NOT NULL,
  what TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, what, key)
) STRICT, WITHOUT ROWID;

-- Answers to requests that came with an Idempotency-Key.
CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  status INTEGER NOT NULL,
  answer BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor INTEGER,
  action TEXT NOT NULL,
  subject_kind TEXT,
  subject INTEGER,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_subject ON audit (subject_kind, subject, id);
CREATE INDEX audit_actor ON audit (actor_kind, actor, id);
