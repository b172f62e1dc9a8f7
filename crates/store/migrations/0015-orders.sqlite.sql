-- Orders of authorities that came by telephone, on paper or by e-mail.
CREATE TABLE authority_order (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  office TEXT NOT NULL,
  signer TEXT NOT NULL,
  number TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  channel TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  basis TEXT NOT NULL,
  category TEXT,
  reason TEXT NOT NULL,
  haste TEXT NOT NULL,
  stated_due_at INTEGER,
  secret_until INTEGER,
  told_at INTEGER,
  expires_at INTEGER,
  lock_days INTEGER,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  assignee INTEGER REFERENCES staff (id),
  ground TEXT,
  answer TEXT,
  clock_key TEXT NOT NULL,
  clock_basis TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  warn_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  warned_at INTEGER,
  breached_at INTEGER,
  met_at INTEGER
) STRICT;
CREATE INDEX authority_order_open ON authority_order (due_at, id) WHERE state NOT IN ('answered', 'withdrawn', 'expired');
CREATE INDEX authority_order_running ON authority_order (warn_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX authority_order_expires ON authority_order (expires_at) WHERE expires_at IS NOT NULL AND state NOT IN ('withdrawn', 'expired');
CREATE INDEX authority_order_secret ON authority_order (secret_until) WHERE secret_until IS NOT NULL AND told_at IS NULL;

-- What an order is aimed at, and what became of each.
CREATE TABLE order_target (
  id INTEGER NOT NULL REFERENCES authority_order (id),
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  proposed_by INTEGER REFERENCES staff (id),
  decision INTEGER UNIQUE REFERENCES decision (id),
  hold INTEGER REFERENCES legal_hold (id),
  ground TEXT,
  words TEXT,
  PRIMARY KEY (id, number)
) STRICT, WITHOUT ROWID;

-- The measures that an order to restore ended: they hold again where it is withdrawn.
CREATE TABLE order_restored (
  id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  measure INTEGER NOT NULL REFERENCES measure (id),
  PRIMARY KEY (id, number, measure)
) STRICT, WITHOUT ROWID;

-- The documents of an order, as they came.
CREATE TABLE order_document (
  id INTEGER NOT NULL REFERENCES authority_order (id),
  number INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (id, number),
  UNIQUE (id, sha256)
) STRICT;

-- Who was called back, by whom and when, to know that an order, a change of it or its withdrawal is genuine.
CREATE TABLE order_call (
  call INTEGER PRIMARY KEY,
  id INTEGER NOT NULL REFERENCES authority_order (id),
  purpose TEXT NOT NULL,
  staff INTEGER NOT NULL REFERENCES staff (id),
  called TEXT NOT NULL,
  telephone TEXT NOT NULL,
  called_at INTEGER NOT NULL
) STRICT;
CREATE INDEX order_call_order ON order_call (id, call);

-- What happened to an order, step by step.
CREATE TABLE order_event (
  event INTEGER PRIMARY KEY,
  id INTEGER NOT NULL REFERENCES authority_order (id),
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor INTEGER,
  kind TEXT NOT NULL,
  target INTEGER,
  detail TEXT NOT NULL,
  note TEXT
) STRICT;
CREATE INDEX order_event_order ON order_event (id, event);

-- By which an item of a page, group or channel is found that an order names.
CREATE INDEX item_page ON item (page_ref, id) WHERE page_ref IS NOT NULL;
CREATE INDEX item_group ON item (group_ref, id) WHERE group_ref IS NOT NULL;
CREATE INDEX item_channel ON item (channel_ref, id) WHERE channel_ref IS NOT NULL;
