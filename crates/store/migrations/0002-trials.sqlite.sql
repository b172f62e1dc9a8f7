-- What a version of the policy would change: tried in shadow on what comes in, or on what was kept.
CREATE TABLE trial (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL REFERENCES policy_version (id),
  digest TEXT NOT NULL,
  against INTEGER NOT NULL REFERENCES policy_version (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  staff INTEGER REFERENCES staff (id),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  items INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  erased INTEGER NOT NULL
) STRICT;
CREATE INDEX trial_version ON trial (version, id);
CREATE INDEX trial_state ON trial (state, kind);

-- How many items had one action under the policy in force and another under the version that is tried.
CREATE TABLE trial_action (
  trial INTEGER NOT NULL REFERENCES trial (id),
  old_action TEXT NOT NULL,
  new_action TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (trial, old_action, new_action)
) STRICT, WITHOUT ROWID;

-- What a rule gained and lost, and what people had made of those items by the end of a back-test.
CREATE TABLE trial_rule (
  trial INTEGER NOT NULL REFERENCES trial (id),
  rule TEXT NOT NULL,
  gained INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  gained_confirmed INTEGER NOT NULL,
  gained_rejected INTEGER NOT NULL,
  lost_confirmed INTEGER NOT NULL,
  lost_rejected INTEGER NOT NULL,
  PRIMARY KEY (trial, rule)
) STRICT, WITHOUT ROWID;

-- The items themselves, up to a limit: the counts above are of all.
CREATE TABLE trial_item (
  trial INTEGER NOT NULL REFERENCES trial (id),
  item INTEGER NOT NULL REFERENCES item (id),
  old_action TEXT NOT NULL,
  new_action TEXT NOT NULL,
  gained TEXT NOT NULL,
  lost TEXT NOT NULL,
  PRIMARY KEY (trial, item)
) STRICT, WITHOUT ROWID;

-- Figures of one rule over all days.
CREATE INDEX tally_what ON tally (what, key, day);
