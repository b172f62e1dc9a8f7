-- People and machines.
CREATE TABLE staff (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  closed_at BIGINT,
  created_at BIGINT NOT NULL
);

CREATE TABLE invitation (
  hash BYTEA PRIMARY KEY,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE session (
  hash BYTEA PRIMARY KEY,
  staff BIGINT NOT NULL REFERENCES staff (id),
  csrf TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX session_staff ON session (staff);

CREATE TABLE token (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  hash BYTEA NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  staff BIGINT REFERENCES staff (id),
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);

-- The policy: every version whole, each file once.
CREATE TABLE policy_file (
  digest TEXT PRIMARY KEY,
  content BYTEA NOT NULL
);

CREATE TABLE policy_version (
  id BIGINT PRIMARY KEY,
  parent BIGINT REFERENCES policy_version (id),
  digest TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  staff BIGINT REFERENCES staff (id),
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX policy_version_state ON policy_version (state);

CREATE TABLE policy_version_file (
  version BIGINT NOT NULL REFERENCES policy_version (id),
  path TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES policy_file (digest),
  PRIMARY KEY (version, path)
);

CREATE TABLE policy_change (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL REFERENCES policy_version (id),
  kind TEXT NOT NULL,
  staff BIGINT REFERENCES staff (id),
  note TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX policy_change_kind ON policy_change (kind, id);

-- What judged an item: a version of the policy and the lists that were loaded.
CREATE TABLE engine (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL REFERENCES policy_version (id),
  lists TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  UNIQUE (version, lists)
);

CREATE TABLE brake (
  rule TEXT PRIMARY KEY,
  per_hour BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  used BIGINT NOT NULL
);

-- What was handed in.
CREATE TABLE item (
  id BIGINT PRIMARY KEY,
  external TEXT,
  kind TEXT NOT NULL,
  author TEXT,
  posted_at BIGINT,
  received_at BIGINT NOT NULL,
  engine BIGINT NOT NULL REFERENCES engine (id),
  facts TEXT NOT NULL,
  action TEXT NOT NULL,
  verdict TEXT NOT NULL
);
CREATE INDEX item_external ON item (external, id);
CREATE INDEX item_author ON item (author, id);
CREATE INDEX item_action ON item (action, id);

-- Apart from the item, so that lists stay small and content can be erased.
CREATE TABLE item_content (
  item BIGINT PRIMARY KEY REFERENCES item (id),
  text BYTEA NOT NULL,
  links TEXT NOT NULL,
  labels TEXT NOT NULL
);

CREATE TABLE item_words (
  item BIGINT PRIMARY KEY,
  words tsvector NOT NULL
);
CREATE INDEX item_words_words ON item_words USING GIN (words);

-- What items have in common: author, link hosts, text cluster; members are what is counted apart.
CREATE TABLE item_key (
  key BIGINT NOT NULL,
  at BIGINT NOT NULL,
  item BIGINT NOT NULL,
  member BIGINT NOT NULL,
  PRIMARY KEY (key, at, item)
);

CREATE TABLE rule_hit (
  rule TEXT NOT NULL,
  item BIGINT NOT NULL,
  engine BIGINT NOT NULL,
  mode TEXT NOT NULL,
  at BIGINT NOT NULL,
  outcome TEXT,
  PRIMARY KEY (rule, item, engine)
);
CREATE INDEX rule_hit_item ON rule_hit (item);
CREATE INDEX rule_hit_at ON rule_hit (rule, at);

-- Cases and what became of them.
CREATE TABLE moderation_case (
  id BIGINT PRIMARY KEY,
  item BIGINT NOT NULL REFERENCES item (id),
  purpose TEXT NOT NULL,
  of_case BIGINT,
  first_decider BIGINT,
  cause TEXT NOT NULL,
  category TEXT NOT NULL,
  rule TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  level TEXT NOT NULL,
  state TEXT NOT NULL,
  holder BIGINT REFERENCES staff (id),
  held_until BIGINT,
  opened_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by BIGINT REFERENCES staff (id),
  outcome TEXT
);
CREATE INDEX case_item ON moderation_case (item);
CREATE INDEX case_queue ON moderation_case (state, due_at, id);
CREATE INDEX case_category ON moderation_case (state, category, due_at, id);
CREATE INDEX case_done ON moderation_case (state, decided_at, id);
CREATE INDEX case_holder ON moderation_case (holder) WHERE holder IS NOT NULL;

CREATE TABLE case_event (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES moderation_case (id),
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor BIGINT,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  note TEXT
);
CREATE INDEX case_event_case ON case_event (case_id, id);

CREATE TABLE decision (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL UNIQUE REFERENCES moderation_case (id),
  item BIGINT NOT NULL REFERENCES item (id),
  staff BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  category TEXT,
  basis TEXT NOT NULL,
  labels TEXT NOT NULL,
  facts TEXT NOT NULL,
  detection TEXT NOT NULL,
  version BIGINT NOT NULL REFERENCES policy_version (id)
);
CREATE INDEX decision_at ON decision (at);
CREATE INDEX decision_category ON decision (category, at);

CREATE TABLE golden (
  item BIGINT PRIMARY KEY REFERENCES item (id),
  outcome TEXT NOT NULL,
  category TEXT,
  note TEXT NOT NULL,
  staff BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL,
  withdrawn_at BIGINT
);

-- Figures that would be too slow to count each time: one row a day and key.
CREATE TABLE tally (
  day BIGINT NOT NULL,
  what TEXT NOT NULL,
  key TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (day, what, key)
);

-- Answers to requests that came with an Idempotency-Key.
CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  request BYTEA NOT NULL,
  status BIGINT NOT NULL,
  answer BYTEA NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE audit (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor BIGINT,
  action TEXT NOT NULL,
  subject_kind TEXT,
  subject BIGINT,
  detail TEXT NOT NULL
);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_subject ON audit (subject_kind, subject, id);
CREATE INDEX audit_actor ON audit (actor_kind, actor, id);
