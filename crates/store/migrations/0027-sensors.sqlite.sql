-- Sensors: where events come from. `number` is what the archive of events knows them by; none is given twice.
CREATE TABLE sensor (
  id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  place TEXT NOT NULL,
  settings TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX sensor_name ON sensor (name) WHERE removed_at IS NULL;
