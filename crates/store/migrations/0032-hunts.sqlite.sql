-- Hunts that people ask for through the events that are kept, and what they found. Hosts are tokens of a day here.
CREATE TABLE hunt (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES staff (id),
  reason TEXT NOT NULL,
  wanted TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  sensor INTEGER,
  state TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  begun_at INTEGER,
  ended_at INTEGER,
  blocks INTEGER NOT NULL,
  blocks_read INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  hits_left_out INTEGER NOT NULL,
  CHECK ((ended_at IS NULL) = (state = 'queued' OR state = 'running'))
) STRICT;
CREATE INDEX hunt_waiting ON hunt (id) WHERE ended_at IS NULL;
CREATE INDEX hunt_ended ON hunt (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE hunt_row (
  hunt INTEGER NOT NULL REFERENCES hunt (id),
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  listed TEXT NOT NULL,
  sensor INTEGER NOT NULL,
  token TEXT,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  raised_at INTEGER,
  PRIMARY KEY (hunt, number)
) STRICT, WITHOUT ROWID;

-- Where alerts of what a hunt found went.
CREATE TABLE hunt_incident (
  hunt INTEGER NOT NULL REFERENCES hunt (id),
  incident INTEGER NOT NULL REFERENCES incident (id),
  PRIMARY KEY (hunt, incident)
) STRICT, WITHOUT ROWID;
