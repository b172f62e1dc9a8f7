-- Who decided what an appeal is about, one number a line: none of them may have the case.
ALTER TABLE moderation_case ADD COLUMN deciders TEXT NOT NULL DEFAULT '';

-- Private links for those whom a decision concerns: of the secret, its SHA-256 alone.
CREATE TABLE decision_link (
  hash BLOB PRIMARY KEY,
  decision INTEGER NOT NULL REFERENCES decision (id),
  party TEXT NOT NULL,
  UNIQUE (decision, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE appeal (
  id INTEGER PRIMARY KEY,
  decision INTEGER NOT NULL REFERENCES decision (id),
  party TEXT NOT NULL,
  case_id INTEGER NOT NULL UNIQUE REFERENCES moderation_case (id),
  words BLOB NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  clock TEXT NOT NULL,
  state TEXT NOT NULL,
  ended_at INTEGER,
  UNIQUE (decision, party)
) STRICT;

-- The talk between whoever appeals and whoever looks into it, whose number is here.
CREATE TABLE appeal_message (
  id INTEGER PRIMARY KEY,
  appeal INTEGER NOT NULL REFERENCES appeal (id),
  at INTEGER NOT NULL,
  staff INTEGER REFERENCES staff (id),
  words BLOB NOT NULL
) STRICT;
CREATE INDEX appeal_message_appeal ON appeal_message (appeal, id);
