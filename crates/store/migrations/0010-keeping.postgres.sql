-- What must not be erased while somebody has a legal claim to it.
CREATE TABLE legal_hold (
  id BIGINT PRIMARY KEY,
  item BIGINT NOT NULL REFERENCES item (id),
  reason TEXT NOT NULL,
  staff BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL,
  until BIGINT,
  ended_at BIGINT,
  ended_by BIGINT REFERENCES staff (id)
);
CREATE INDEX legal_hold_item ON legal_hold (item);

-- Wishes for erasure: of one item, or of all of an account. Whom it is about is known until it is done.
CREATE TABLE erasure (
  id BIGINT PRIMARY KEY,
  target_kind TEXT NOT NULL,
  reference TEXT,
  at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  seen_item BIGINT NOT NULL,
  listed_at BIGINT,
  done_at BIGINT,
  purged_at BIGINT
);
CREATE INDEX erasure_unlisted ON erasure (id) WHERE listed_at IS NULL;
CREATE INDEX erasure_on_disk ON erasure (done_at) WHERE purged_at IS NULL;

-- What became of each item of a wish; what is kept is looked at again.
CREATE TABLE erasure_item (
  erasure BIGINT NOT NULL REFERENCES erasure (id),
  item BIGINT NOT NULL REFERENCES item (id),
  kept_for TEXT,
  kept_until BIGINT,
  look_at BIGINT,
  erased_at BIGINT,
  PRIMARY KEY (erasure, item)
);
CREATE INDEX erasure_item_kept ON erasure_item (erasure) WHERE erased_at IS NULL;
CREATE INDEX erasure_item_look ON erasure_item (look_at) WHERE look_at IS NOT NULL;

-- Items without content, and why they have none.
CREATE TABLE erased_item (
  item BIGINT PRIMARY KEY REFERENCES item (id),
  at BIGINT NOT NULL,
  why TEXT NOT NULL,
  purged_at BIGINT
);

CREATE INDEX erased_item_on_disk ON erased_item (at) WHERE purged_at IS NULL;

-- What is looked for when the time of things is over, and what published figures are counted by.
CREATE INDEX report_kept ON report (answered_at) WHERE answered_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX report_received ON report (received_at);
CREATE INDEX clock_starts ON clock (starts_at);
CREATE INDEX appeal_party ON appeal (party);
CREATE INDEX appeal_ended ON appeal (ended_at) WHERE ended_at IS NOT NULL;

-- Mails to an address that nobody has confirmed are counted, by a keyed hash of it.
ALTER TABLE outgoing_mail ADD COLUMN counted_to BYTEA;
CREATE INDEX outgoing_mail_counted ON outgoing_mail (counted_to, made_at) WHERE counted_to IS NOT NULL;
CREATE INDEX report_unconfirmed ON report (received_at) WHERE confirmation IS NOT NULL;

-- Where verified information stands, beside a label that is shown.
ALTER TABLE action ADD COLUMN verified TEXT;
