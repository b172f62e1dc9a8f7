-- Personal data is sealed. The node's key is in a file of its own; what is kept of it here tells a wrong one apart.
CREATE TABLE vault_key (
  fingerprint BLOB PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The data key of a person, sealed by the node's key. Without it nothing of theirs can be read.
CREATE TABLE subject_key (
  subject INTEGER PRIMARY KEY,
  sealed BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- Deadlines that the law sets, running for cases.
CREATE TABLE clock (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES moderation_case (id),
  key TEXT NOT NULL,
  basis TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  warn_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  warned_at INTEGER,
  breached_at INTEGER,
  met_at INTEGER
) STRICT;
CREATE UNIQUE INDEX clock_case_key ON clock (case_id, key);
-- A clock that runs, at the next moment at which something happens to it; empty when it has ended.
CREATE INDEX clock_next ON clock (due_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX clock_warn ON clock (warn_at) WHERE met_at IS NULL AND breached_at IS NULL AND warned_at IS NULL;

-- Whoever reports again and again, by a keyed hash of a confirmed address or by a token: how often they were right.
CREATE TABLE reporter (
  id INTEGER PRIMARY KEY,
  lookup BLOB UNIQUE,
  token INTEGER UNIQUE REFERENCES token (id),
  upheld INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  warned_at INTEGER,
  warned_refused INTEGER,
  at INTEGER NOT NULL
) STRICT;

-- What somebody told. What they said and who they are is sealed; the number of the row is that of the data subject.
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  receipt BLOB UNIQUE,
  confirmation BLOB UNIQUE,
  state TEXT NOT NULL,
  category TEXT NOT NULL,
  relation TEXT NOT NULL,
  language TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  reporter INTEGER REFERENCES reporter (id),
  standing TEXT NOT NULL,
  item INTEGER REFERENCES item (id),
  case_id INTEGER REFERENCES moderation_case (id),
  answered_at INTEGER,
  outcome TEXT,
  erased_at INTEGER,
  content BLOB,
  contact BLOB,
  picture BLOB,
  picture_type TEXT
) STRICT;
CREATE INDEX report_case ON report (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX report_reporter ON report (reporter, id) WHERE reporter IS NOT NULL;
CREATE INDEX report_state ON report (state, received_at);

-- Addresses under which items were reported, as hashes of their normalised form.
CREATE TABLE item_address (
  hash BLOB PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (id)
) STRICT, WITHOUT ROWID;

-- Mail that waits to be sent: address and values are sealed with the data key of the subject.
CREATE TABLE outgoing_mail (
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL,
  address BLOB,
  template TEXT NOT NULL,
  language TEXT NOT NULL,
  template_values BLOB,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE INDEX outgoing_mail_next ON outgoing_mail (next_at, id) WHERE state = 'waiting';
CREATE INDEX outgoing_mail_subject ON outgoing_mail (subject);
