-- Who decided what an appeal is about, one number a line: none of them may have the case.
ALTER TABLE moderation_case ADD COLUMN deciders TEXT NOT NULL DEFAULT '';

-- Private links for those whom a decision concerns: of the secret, its SHA-256 alone.
CREATE TABLE decision_link (
  hash BYTEA PRIMARY KEY,
  decision BIGINT NOT NULL REFERENCES decision (id),
  party TEXT NOT NULL,
  UNIQUE (decision, party)
);

CREATE TABLE appeal (
  id BIGINT PRIMARY KEY,
  decision BIGINT NOT NULL REFERENCES decision (id),
  party TEXT NOT NULL,
  case_id BIGINT NOT NULL UNIQUE REFERENCES moderation_case (id),
  words BYTEA NOT NULL,
  opened_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  clock TEXT NOT NULL,
  state TEXT NOT NULL,
  ended_at BIGINT,
  UNIQUE (decision, party)
);

-- The talk between whoever appeals and whoever looks into it, whose number is here.
CREATE TABLE appeal_message (
  id BIGINT PRIMARY KEY,
  appeal BIGINT NOT NULL REFERENCES appeal (id),
  at BIGINT NOT NULL,
  staff BIGINT REFERENCES staff (id),
  words BYTEA NOT NULL
);
CREATE INDEX appeal_message_appeal ON appeal_message (appeal, id);
