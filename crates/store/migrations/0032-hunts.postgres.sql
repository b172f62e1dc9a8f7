-- Hunts that people ask for through the events that are kept, and what they found. Hosts are tokens of a day here.
CREATE TABLE hunt (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES staff (id),
  reason TEXT NOT NULL,
  wanted TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  sensor BIGINT,
  state TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  begun_at BIGINT,
  ended_at BIGINT,
  blocks BIGINT NOT NULL,
  blocks_read BIGINT NOT NULL,
  hits BIGINT NOT NULL,
  hits_left_out BIGINT NOT NULL,
  CHECK ((ended_at IS NULL) = (state = 'queued' OR state = 'running'))
);
CREATE INDEX hunt_waiting ON hunt (id) WHERE ended_at IS NULL;
CREATE INDEX hunt_ended ON hunt (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE hunt_row (
  hunt BIGINT NOT NULL REFERENCES hunt (id),
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  listed TEXT NOT NULL,
  sensor BIGINT NOT NULL,
  token TEXT,
  count BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  raised_at BIGINT,
  PRIMARY KEY (hunt, number)
);

-- Where alerts of what a hunt found went.
CREATE TABLE hunt_incident (
  hunt BIGINT NOT NULL REFERENCES hunt (id),
  incident BIGINT NOT NULL REFERENCES incident (id),
  PRIMARY KEY (hunt, incident)
);
