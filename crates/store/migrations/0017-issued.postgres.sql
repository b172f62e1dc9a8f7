-- Orders that this node's own office issues to platforms.
CREATE TABLE issued_order (
  id BIGINT PRIMARY KEY,
  peer BIGINT NOT NULL REFERENCES peer (id),
  kind TEXT NOT NULL,
  office TEXT NOT NULL,
  signer TEXT NOT NULL,
  number TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  basis TEXT NOT NULL,
  category TEXT,
  reason TEXT NOT NULL,
  haste TEXT NOT NULL,
  stated_due_at BIGINT,
  secret_until BIGINT,
  expires_at BIGINT,
  lock_days BIGINT,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  ground TEXT,
  refusal TEXT,
  answer TEXT,
  drafted_by BIGINT NOT NULL REFERENCES staff (id),
  signed_by BIGINT REFERENCES staff (id),
  signed_at BIGINT,
  clock_key TEXT,
  clock_basis TEXT,
  starts_at BIGINT,
  warn_at BIGINT,
  due_at BIGINT,
  warned_at BIGINT,
  breached_at BIGINT,
  met_at BIGINT
);
CREATE INDEX issued_order_open ON issued_order (id) WHERE state IN ('draft', 'signed', 'received', 'under_way', 'contested');
CREATE INDEX issued_order_running ON issued_order (warn_at) WHERE due_at IS NOT NULL AND met_at IS NULL AND breached_at IS NULL;
CREATE INDEX issued_order_peer ON issued_order (peer, id);

-- What each is aimed at, and what the platform says became of it.
CREATE TABLE issued_target (
  id BIGINT NOT NULL REFERENCES issued_order (id),
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  fate TEXT NOT NULL,
  fate_at BIGINT,
  ground TEXT,
  words TEXT,
  PRIMARY KEY (id, number)
);

-- What happened to each, step by step: here, and, by what it says, at the platform.
CREATE TABLE issued_event (
  event BIGINT PRIMARY KEY,
  id BIGINT NOT NULL REFERENCES issued_order (id),
  at BIGINT NOT NULL,
  claimed_at BIGINT,
  actor_kind TEXT NOT NULL,
  actor BIGINT,
  kind TEXT NOT NULL,
  target BIGINT,
  detail TEXT NOT NULL,
  note TEXT
);
CREATE INDEX issued_event_order ON issued_event (id, event);
