-- Requests for information about users: what was asked exactly, who approved it, and what was handed over. What was entered and
-- the file are sealed under a data key of their own, and erased with it.
CREATE TABLE information_request (
  id BIGINT PRIMARY KEY,
  order_id BIGINT NOT NULL REFERENCES authority_order (id),
  purpose TEXT NOT NULL,
  fields TEXT NOT NULL,
  subjects TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  recipient TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  proposed_by BIGINT NOT NULL REFERENCES staff (id),
  proposed_at BIGINT NOT NULL,
  first_by BIGINT REFERENCES staff (id),
  first_at BIGINT,
  second_by BIGINT REFERENCES staff (id),
  second_at BIGINT,
  prepared_by BIGINT REFERENCES staff (id),
  prepared_at BIGINT,
  extent TEXT,
  fetched_by BIGINT REFERENCES staff (id),
  fetched_at BIGINT,
  ended_by BIGINT REFERENCES staff (id),
  ground TEXT,
  subject BIGINT,
  entered BYTEA,
  missing BIGINT,
  file BYTEA,
  file_sha256 BYTEA,
  file_bytes BIGINT,
  erase_at BIGINT,
  erased_at BIGINT,
  told_at BIGINT,
  CHECK (first_by <> proposed_by AND second_by <> proposed_by AND second_by <> first_by)
);
CREATE UNIQUE INDEX information_request_open ON information_request (order_id) WHERE state NOT IN ('handed_over', 'refused', 'withdrawn');
CREATE INDEX information_request_order ON information_request (order_id, id);
CREATE INDEX information_request_erase ON information_request (erase_at) WHERE erase_at IS NOT NULL;
CREATE INDEX information_request_untold ON information_request (id) WHERE state = 'handed_over' AND told_at IS NULL;
