-- What a version of the policy would change: tried in shadow on what comes in, or on what was kept.
CREATE TABLE trial (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL REFERENCES policy_version (id),
  digest TEXT NOT NULL,
  against BIGINT NOT NULL REFERENCES policy_version (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  staff BIGINT REFERENCES staff (id),
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  items BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  erased BIGINT NOT NULL
);
CREATE INDEX trial_version ON trial (version, id);
CREATE INDEX trial_state ON trial (state, kind);

-- How many items had one action under the policy in force and another under the version that is tried.
CREATE TABLE trial_action (
  trial BIGINT NOT NULL REFERENCES trial (id),
  old_action TEXT NOT NULL,
  new_action TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (trial, old_action, new_action)
);

-- What a rule gained and lost, and what people had made of those items by the end of a back-test.
CREATE TABLE trial_rule (
  trial BIGINT NOT NULL REFERENCES trial (id),
  rule TEXT NOT NULL,
  gained BIGINT NOT NULL,
  lost BIGINT NOT NULL,
  gained_confirmed BIGINT NOT NULL,
  gained_rejected BIGINT NOT NULL,
  lost_confirmed BIGINT NOT NULL,
  lost_rejected BIGINT NOT NULL,
  PRIMARY KEY (trial, rule)
);

-- The items themselves, up to a limit: the counts above are of all.
CREATE TABLE trial_item (
  trial BIGINT NOT NULL REFERENCES trial (id),
  item BIGINT NOT NULL REFERENCES item (id),
  old_action TEXT NOT NULL,
  new_action TEXT NOT NULL,
  gained TEXT NOT NULL,
  lost TEXT NOT NULL,
  PRIMARY KEY (trial, item)
);

-- Figures of one rule over all days.
CREATE INDEX tally_what ON tally (what, key, day);
