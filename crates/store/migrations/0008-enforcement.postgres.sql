-- The page, group or channel that an item stands in: references of the platform's own, as that of its author.
ALTER TABLE item ADD COLUMN page_ref TEXT;
ALTER TABLE item ADD COLUMN group_ref TEXT;
ALTER TABLE item ADD COLUMN channel_ref TEXT;

-- A decision that needs a second person: who decided first, and what; the words of the statement are in it until then.
ALTER TABLE moderation_case ADD COLUMN awaiting BIGINT REFERENCES staff (id);
ALTER TABLE decision ADD COLUMN second BIGINT REFERENCES staff (id);
CREATE TABLE proposed_decision (
  case_id BIGINT PRIMARY KEY REFERENCES moderation_case (id),
  staff BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL,
  verdict TEXT NOT NULL
);

-- What decisions do, to items and to those behind them.
CREATE TABLE measure (
  id BIGINT PRIMARY KEY,
  decision BIGINT NOT NULL REFERENCES decision (id),
  kind TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  until BIGINT,
  labels TEXT NOT NULL,
  verified TEXT,
  at BIGINT NOT NULL,
  ended_at BIGINT,
  ending TEXT
);
CREATE INDEX measure_decision ON measure (decision);
CREATE INDEX measure_target ON measure (target_kind, reference, id);
CREATE INDEX measure_until ON measure (until) WHERE until IS NOT NULL AND ended_at IS NULL;

-- Violations that count against accounts, pages, groups and channels.
CREATE TABLE strike (
  id BIGINT PRIMARY KEY,
  decision BIGINT NOT NULL REFERENCES decision (id),
  item BIGINT NOT NULL REFERENCES item (id),
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  category TEXT NOT NULL,
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX strike_decision ON strike (decision);
CREATE INDEX strike_target ON strike (target_kind, reference, at);

-- Cases about a subject: a step of a ladder that holds, or signs that a lock is evaded.
CREATE TABLE proposal (
  case_id BIGINT PRIMARY KEY REFERENCES moderation_case (id),
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  days_min BIGINT NOT NULL,
  days_max BIGINT NOT NULL,
  permanent TEXT NOT NULL,
  evades TEXT
);
CREATE INDEX proposal_target ON proposal (target_kind, reference);

-- Which strikes make which step hold.
CREATE TABLE proposal_ground (
  case_id BIGINT NOT NULL REFERENCES moderation_case (id),
  place BIGINT NOT NULL,
  ladder TEXT NOT NULL,
  violations BIGINT NOT NULL,
  days BIGINT NOT NULL,
  lock_days_min BIGINT NOT NULL,
  lock_days_max BIGINT NOT NULL,
  strike BIGINT NOT NULL REFERENCES strike (id),
  PRIMARY KEY (case_id, place, strike)
);

-- Decisions that were taken back.
CREATE TABLE reversal (
  decision BIGINT PRIMARY KEY REFERENCES decision (id),
  at BIGINT NOT NULL,
  why TEXT NOT NULL
);

-- What the host platform is to do, in order; how it was told, and whether it was done.
CREATE TABLE action (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  kind TEXT NOT NULL,
  effect TEXT NOT NULL,
  until BIGINT,
  labels TEXT NOT NULL,
  decision BIGINT REFERENCES decision (id),
  reason TEXT,
  done_at BIGINT,
  problem TEXT,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  delivered_at BIGINT,
  dead_at BIGINT,
  failure TEXT,
  UNIQUE (target_kind, reference, sequence)
);
CREATE INDEX action_undelivered ON action (id) WHERE delivered_at IS NULL;
CREATE INDEX action_dead ON action (id) WHERE dead_at IS NOT NULL;
CREATE INDEX action_undone ON action (id) WHERE done_at IS NULL;

-- After which action deliveries began: one row, once somebody was there to be told.
CREATE TABLE delivery_begin (
  id BIGINT PRIMARY KEY,
  after_action BIGINT NOT NULL
);

-- Signs by which the operator recognises who is behind accounts: hashes of theirs, never the things themselves.
CREATE TABLE account_signal (
  hash BYTEA NOT NULL,
  reference TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (hash, reference)
);
CREATE INDEX account_signal_reference ON account_signal (reference);
