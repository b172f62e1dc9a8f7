-- An item may link to many hosts: what is counted apart belongs to the key. Nothing was ever written here before.
DROP TABLE item_key;
CREATE TABLE item_key (
  key BIGINT NOT NULL,
  at BIGINT NOT NULL,
  item BIGINT NOT NULL,
  member BIGINT NOT NULL,
  PRIMARY KEY (key, at, item, member)
);

-- What a person set for the whole node, as numbers.
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL,
  staff BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL
);

-- The few cases that measure, among the many that count.
CREATE INDEX case_measuring ON moderation_case (decided_at, id) WHERE purpose <> 'live';

-- Which of two opinions was right, by whoever answers for the rules.
CREATE TABLE finding (
  case_id BIGINT PRIMARY KEY REFERENCES moderation_case (id),
  verdict TEXT NOT NULL,
  note TEXT NOT NULL,
  staff BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL
);
