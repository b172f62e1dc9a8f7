-- Where those behind items hear of decisions by mail: an address, sealed under a key of its own.
CREATE TABLE subject_contact (
  target_kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  subject BIGINT NOT NULL UNIQUE,
  address BYTEA NOT NULL,
  language TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (target_kind, reference)
);

-- Up to which action mails were written; begins with the first address that is kept.
CREATE TABLE notice_mail (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  after_action BIGINT NOT NULL
);
