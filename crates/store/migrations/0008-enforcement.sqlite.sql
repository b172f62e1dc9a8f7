-- The page, group or channel that an item stands in: references of the platform's own, as that of its author.
ALTER TABLE item ADD COLUMN page_ref TEXT;
ALTER TABLE item ADD COLUMN group_ref TEXT;
ALTER TABLE item ADD COLUMN channel_ref TEXT;

-- A decision that needs a second person: who decided first, and what; the words of the statement are in it until then.
ALTER TABLE moderation_case ADD COLUMN awaiting INTEGER REFERENCES staff (id);
ALTER TABLE decision ADD COLUMN second INTEGER REFERENCES staff (id);
CREATE TABLE proposed_decision (
  case_id INTEGER PRIMARY KEY REFERENCES moderation_case (id),
  staff INTEGER NOT NULL REFERENCES staff (id),
  at INTEGER NOT NULL,
  verdict TEXT NOT NULL
) STRICT;

-- What decisions do, to items and to those behind them.
CREATE TABLE measure (
  id INTEGER PRIMARY KEY,
  decision INTEGER NOT NULL REFERENCES decision (id),
  kind TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  until INTEGER,
  labels TEXT NOT NULL,
  verified TEXT,
  at INTEGER NOT NULL,
  ended_at INTEGER,
  ending TEXT
) STRICT;
CREATE INDEX measure_decision ON measure (decision);
CREATE INDEX measure_target ON measure (target_kind, reference, id);
CREATE INDEX measure_until ON measure (until) WHERE until IS NOT NULL AND ended_at IS NULL;

-- Violations that count against accounts, pages, groups and channels.
CREATE TABLE strike (
  id INTEGER PRIMARY KEY,
  decision INTEGER NOT NULL REFERENCES decision (id),
  item INTEGER NOT NULL REFERENCES item (id),
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  category TEXT NOT NULL,
  at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX strike_decision ON strike (decision);
CREATE INDEX strike_target ON strike (target_kind, reference, at);

-- Cases about a subject: a step of a ladder that holds, or signs that a lock is evaded.
CREATE TABLE proposal (
  case_id INTEGER PRIMARY KEY REFERENCES moderation_case (id),
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  days_min INTEGER NOT NULL,
  days_max INTEGER NOT NULL,
  permanent TEXT NOT NULL,
  evades TEXT
) STRICT;
CREATE INDEX proposal_target ON proposal (target_kind, reference);

-- Which strikes make which step hold.
CREATE TABLE proposal_ground (
  case_id INTEGER NOT NULL REFERENCES moderation_case (id),
  place INTEGER NOT NULL,
  ladder TEXT NOT NULL,
  violations INTEGER NOT NULL,
  days INTEGER NOT NULL,
  lock_days_min INTEGER NOT NULL,
  lock_days_max INTEGER NOT NULL,
  strike INTEGER NOT NULL REFERENCES strike (id),
  PRIMARY KEY (case_id, place, strike)
) STRICT, WITHOUT ROWID;

-- Decisions that were taken back.
CREATE TABLE reversal (
  decision INTEGER PRIMARY KEY REFERENCES decision (id),
  at INTEGER NOT NULL,
  why TEXT NOT NULL
) STRICT;

-- What the host platform is to do, in order; how it was told, and whether it was done.
CREATE TABLE action (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  effect TEXT NOT NULL,
  until INTEGER,
  labels TEXT NOT NULL,
  decision INTEGER REFERENCES decision (id),
  reason TEXT,
  done_at INTEGER,
  problem TEXT,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  delivered_at INTEGER,
  dead_at INTEGER,
  failure TEXT,
  UNIQUE (target_kind, reference, sequence)
) STRICT;
CREATE INDEX action_undelivered ON action (id) WHERE delivered_at IS NULL;
CREATE INDEX action_dead ON action (id) WHERE dead_at IS NOT NULL;
CREATE INDEX action_undone ON action (id) WHERE done_at IS NULL;

-- After which action deliveries began: one row, once somebody was there to be told.
CREATE TABLE delivery_begin (
  id INTEGER PRIMARY KEY,
  after_action INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Signs by which the operator recognises who is behind accounts: hashes of theirs, never the things themselves.
CREATE TABLE account_signal (
  hash BLOB NOT NULL,
  reference TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (hash, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_signal_reference ON account_signal (reference);
