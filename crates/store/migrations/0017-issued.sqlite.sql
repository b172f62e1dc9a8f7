-- Orders that this node's own office issues to platforms.
CREATE TABLE issued_order (
  id INTEGER PRIMARY KEY,
  peer INTEGER NOT NULL REFERENCES peer (id),
  kind TEXT NOT NULL,
  office TEXT NOT NULL,
  signer TEXT NOT NULL,
  number TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  basis TEXT NOT NULL,
  category TEXT,
  reason TEXT NOT NULL,
  haste TEXT NOT NULL,
  stated_due_at INTEGER,
  secret_until INTEGER,
  expires_at INTEGER,
  lock_days INTEGER,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  ground TEXT,
  refusal TEXT,
  answer TEXT,
  drafted_by INTEGER NOT NULL REFERENCES staff (id),
  signed_by INTEGER REFERENCES staff (id),
  signed_at INTEGER,
  clock_key TEXT,
  clock_basis TEXT,
  starts_at INTEGER,
  warn_at INTEGER,
  due_at INTEGER,
  warned_at INTEGER,
  breached_at INTEGER,
  met_at INTEGER
) STRICT;
CREATE INDEX issued_order_open ON issued_order (id) WHERE state IN ('draft', 'signed', 'received', 'under_way', 'contested');
CREATE INDEX issued_order_running ON issued_order (warn_at) WHERE due_at IS NOT NULL AND met_at IS NULL AND breached_at IS NULL;
CREATE INDEX issued_order_peer ON issued_order (peer, id);

-- What each is aimed at, and what the platform says became of it.
CREATE TABLE issued_target (
  id INTEGER NOT NULL REFERENCES issued_order (id),
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  fate TEXT NOT NULL,
  fate_at INTEGER,
  ground TEXT,
  words TEXT,
  PRIMARY KEY (id, number)
) STRICT, WITHOUT ROWID;

-- What happened to each, step by step: here, and, by what it says, at the platform.
CREATE TABLE issued_event (
  event INTEGER PRIMARY KEY,
  id INTEGER NOT NULL REFERENCES issued_order (id),
  at INTEGER NOT NULL,
  claimed_at INTEGER,
  actor_kind TEXT NOT NULL,
  actor INTEGER,
  kind TEXT NOT NULL,
  target INTEGER,
  detail TEXT NOT NULL,
  note TEXT
) STRICT;
CREATE INDEX issued_event_order ON issued_event (id, event);
