-- Requests for information about users: what was asked exactly, who approved it, and what was handed over. What was entered and
-- the file are sealed under a data key of their own, and erased with it.
CREATE TABLE information_request (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES authority_order (id),
  purpose TEXT NOT NULL,
  fields TEXT NOT NULL,
  subjects TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  proposed_by INTEGER NOT NULL REFERENCES staff (id),
  proposed_at INTEGER NOT NULL,
  first_by INTEGER REFERENCES staff (id),
  first_at INTEGER,
  second_by INTEGER REFERENCES staff (id),
  second_at INTEGER,
  prepared_by INTEGER REFERENCES staff (id),
  prepared_at INTEGER,
  extent TEXT,
  fetched_by INTEGER REFERENCES staff (id),
  fetched_at INTEGER,
  ended_by INTEGER REFERENCES staff (id),
  ground TEXT,
  subject INTEGER,
  entered BLOB,
  missing INTEGER,
  file BLOB,
  file_sha256 BLOB,
  file_bytes INTEGER,
  erase_at INTEGER,
  erased_at INTEGER,
  told_at INTEGER,
  CHECK (first_by <> proposed_by AND second_by <> proposed_by AND second_by <> first_by)
) STRICT;
CREATE UNIQUE INDEX information_request_open ON information_request (order_id) WHERE state NOT IN ('handed_over', 'refused', 'withdrawn');
CREATE INDEX information_request_order ON information_request (order_id, id);
CREATE INDEX information_request_erase ON information_request (erase_at) WHERE erase_at IS NOT NULL;
CREATE INDEX information_request_untold ON information_request (id) WHERE state = 'handed_over' AND told_at IS NULL;
