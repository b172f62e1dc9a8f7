-- What feeds give a name to beside values, and how their objects stand to one another. Both are of one feed, and go as far as they
-- are marked.
CREATE TABLE feed_threat (
  feed INTEGER NOT NULL REFERENCES feed (id),
  object TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  tlp INTEGER NOT NULL,
  PRIMARY KEY (feed, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_threat_name ON feed_threat (name, kind);

CREATE TABLE feed_relation (
  feed INTEGER NOT NULL REFERENCES feed (id),
  object TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  tlp INTEGER NOT NULL,
  PRIMARY KEY (feed, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_relation_source ON feed_relation (feed, source);
CREATE INDEX feed_relation_target ON feed_relation (feed, target);

-- What feeds that give all they have said before is read once more, for what it says beyond values.
UPDATE feed SET digest = NULL, etag = NULL, modified = NULL WHERE kind IN ('stix', 'misp');

-- What each sensor sent in each hour since 1970, by its number.
CREATE TABLE sensor_hour (
  sensor INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  events INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (hour, sensor)
) STRICT, WITHOUT ROWID;
