-- Orders of authorities that came by telephone, on paper or by e-mail.
CREATE TABLE authority_order (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  office TEXT NOT NULL,
  signer TEXT NOT NULL,
  number TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  channel TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  basis TEXT NOT NULL,
  category TEXT,
  reason TEXT NOT NULL,
  haste TEXT NOT NULL,
  stated_due_at BIGINT,
  secret_until BIGINT,
  told_at BIGINT,
  expires_at BIGINT,
  lock_days BIGINT,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  assignee BIGINT REFERENCES staff (id),
  ground TEXT,
  answer TEXT,
  clock_key TEXT NOT NULL,
  clock_basis TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  warn_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  warned_at BIGINT,
  breached_at BIGINT,
  met_at BIGINT
);
CREATE INDEX authority_order_open ON authority_order (due_at, id) WHERE state NOT IN ('answered', 'withdrawn', 'expired');
CREATE INDEX authority_order_running ON authority_order (warn_at) WHERE met_at IS NULL AND breached_at IS NULL;
CREATE INDEX authority_order_expires ON authority_order (expires_at) WHERE expires_at IS NOT NULL AND state NOT IN ('withdrawn', 'expired');
CREATE INDEX authority_order_secret ON authority_order (secret_until) WHERE secret_until IS NOT NULL AND told_at IS NULL;

-- What an order is aimed at, and what became of each.
CREATE TABLE order_target (
  id BIGINT NOT NULL REFERENCES authority_order (id),
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  proposed_by BIGINT REFERENCES staff (id),
  decision BIGINT UNIQUE REFERENCES decision (id),
  hold BIGINT REFERENCES legal_hold (id),
  ground TEXT,
  words TEXT,
  PRIMARY KEY (id, number)
);

-- The measures that an order to restore ended: they hold again where it is withdrawn.
CREATE TABLE order_restored (
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  measure BIGINT NOT NULL REFERENCES measure (id),
  PRIMARY KEY (id, number, measure)
);

-- The documents of an order, as they came.
CREATE TABLE order_document (
  id BIGINT NOT NULL REFERENCES authority_order (id),
  number BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  media_type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (id, number),
  UNIQUE (id, sha256)
);

-- Who was called back, by whom and when, to know that an order, a change of it or its withdrawal is genuine.
CREATE TABLE order_call (
  call BIGINT PRIMARY KEY,
  id BIGINT NOT NULL REFERENCES authority_order (id),
  purpose TEXT NOT NULL,
  staff BIGINT NOT NULL REFERENCES staff (id),
  called TEXT NOT NULL,
  telephone TEXT NOT NULL,
  called_at BIGINT NOT NULL
);
CREATE INDEX order_call_order ON order_call (id, call);

-- What happened to an order, step by step.
CREATE TABLE order_event (
  event BIGINT PRIMARY KEY,
  id BIGINT NOT NULL REFERENCES authority_order (id),
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor BIGINT,
  kind TEXT NOT NULL,
  target BIGINT,
  detail TEXT NOT NULL,
  note TEXT
);
CREATE INDEX order_event_order ON order_event (id, event);

-- By which an item of a page, group or channel is found that an order names.
CREATE INDEX item_page ON item (page_ref, id) WHERE page_ref IS NOT NULL;
CREATE INDEX item_group ON item (group_ref, id) WHERE group_ref IS NOT NULL;
CREATE INDEX item_channel ON item (channel_ref, id) WHERE channel_ref IS NOT NULL;
