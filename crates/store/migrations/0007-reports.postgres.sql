-- Personal data is sealed. The node's key is in a file of its own; what is kept of it here tells a wrong one apart.
CREATE TABLE vault_key (
  fingerprint BYTEA PRIMARY KEY,
  at BIGINT NOT NULL
);

-- The data key of a person, sealed by the node's key. Without it nothing of theirs can be read.
CREATE TABLE subject_key (
  subject BIGINT PRIMARY KEY,
  sealed BYTEA NOT NULL,
  at BIGINT NOT NULL
);

-- Deadlines that the law sets, running for cases.
CREATE TABLE clock (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES moderation_case (id),
  key TEXT NOT NULL,
  basis TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  warn_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  warned_at BIGINT,
  breached_at BIGINT,
  met_at BIGINT
);
CREATE UNIQUE INDEX clock_case_key ON clock (case_id, key);
-- A clock that runs, at the next moment at which something happens to it; empty when it has ended.
CREATE INDEX clock_next ON clock (due_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX clock_warn ON clock (warn_at) WHERE met_at IS NULL AND breached_at IS NULL AND warned_at IS NULL;

-- Whoever reports again and again, by a keyed hash of a confirmed address or by a token: how often they were right.
CREATE TABLE reporter (
  id BIGINT PRIMARY KEY,
  lookup BYTEA UNIQUE,
  token BIGINT UNIQUE REFERENCES token (id),
  upheld BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  warned_at BIGINT,
  warned_refused BIGINT,
  at BIGINT NOT NULL
);

-- What somebody told. What they said and who they are is sealed; the number of the row is that of the data subject.
CREATE TABLE report (
  id BIGINT PRIMARY KEY,
  receipt BYTEA UNIQUE,
  confirmation BYTEA UNIQUE,
  state TEXT NOT NULL,
  category TEXT NOT NULL,
  relation TEXT NOT NULL,
  language TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  reporter BIGINT REFERENCES reporter (id),
  standing TEXT NOT NULL,
  item BIGINT REFERENCES item (id),
  case_id BIGINT REFERENCES moderation_case (id),
  answered_at BIGINT,
  outcome TEXT,
  erased_at BIGINT,
  content BYTEA,
  contact BYTEA,
  picture BYTEA,
  picture_type TEXT
);
CREATE INDEX report_case ON report (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX report_reporter ON report (reporter, id) WHERE reporter IS NOT NULL;
CREATE INDEX report_state ON report (state, received_at);

-- Addresses under which items were reported, as hashes of their normalised form.
CREATE TABLE item_address (
  hash BYTEA PRIMARY KEY,
  item BIGINT NOT NULL REFERENCES item (id)
);

-- Mail that waits to be sent: address and values are sealed with the data key of the subject.
CREATE TABLE outgoing_mail (
  id BIGINT PRIMARY KEY,
  subject BIGINT NOT NULL,
  address BYTEA,
  template TEXT NOT NULL,
  language TEXT NOT NULL,
  template_values BYTEA,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX outgoing_mail_next ON outgoing_mail (next_at, id) WHERE state = 'waiting';
CREATE INDEX outgoing_mail_subject ON outgoing_mail (subject);
