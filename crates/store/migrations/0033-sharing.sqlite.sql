-- Incidents are told to the national centre by rule: a rule is made by one person and put in force by another, and what it plans waits
-- so that people can look at it. A message that left by rule names the rule. Of an alert it is known that it was looked at for a
-- message, so that the next one tells only what is new.
CREATE TABLE sharing_rule (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  basis TEXT NOT NULL,
  severities TEXT NOT NULL,
  events TEXT NOT NULL,
  wait_minutes INTEGER NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  state_by INTEGER NOT NULL REFERENCES staff (id),
  made_by INTEGER NOT NULL REFERENCES staff (id),
  forced_by INTEGER REFERENCES staff (id),
  CHECK (forced_by IS NULL OR forced_by <> made_by),
  CHECK (state NOT IN ('active', 'paused') OR forced_by IS NOT NULL)
) STRICT;

CREATE TABLE incident_share_next (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  sha256 BLOB NOT NULL,
  body BLOB NOT NULL,
  person INTEGER REFERENCES staff (id),
  rule INTEGER REFERENCES sharing_rule (id),
  next_at INTEGER,
  acknowledged_at INTEGER,
  CHECK (next_at IS NULL OR acknowledged_at IS NULL),
  CHECK (person IS NOT NULL OR rule IS NOT NULL)
) STRICT;
INSERT INTO incident_share_next (id, incident, sha256, body, person, next_at, acknowledged_at)
  SELECT id, incident, sha256, body, person, next_at, acknowledged_at FROM incident_share;
CREATE TABLE incident_share_attempt_next (
  share INTEGER NOT NULL REFERENCES incident_share_next (id),
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER,
  answer TEXT NOT NULL,
  PRIMARY KEY (share, number)
) STRICT, WITHOUT ROWID;
INSERT INTO incident_share_attempt_next (share, number, at, status, answer)
  SELECT share, number, at, status, answer FROM incident_share_attempt;
DROP TABLE incident_share_attempt;
DROP TABLE incident_share;
ALTER TABLE incident_share_next RENAME TO incident_share;
ALTER TABLE incident_share_attempt_next RENAME TO incident_share_attempt;
CREATE INDEX incident_share_incident ON incident_share (incident, id);
CREATE INDEX incident_share_due ON incident_share (next_at) WHERE next_at IS NOT NULL;

-- What a rule is to tell of an incident, and what became of it. One at a time waits or is held for an incident.
CREATE TABLE incident_share_plan (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  rule INTEGER NOT NULL REFERENCES sharing_rule (id),
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  person INTEGER REFERENCES staff (id),
  share INTEGER REFERENCES incident_share (id),
  CHECK ((state = 'shared') = (share IS NOT NULL))
) STRICT;
CREATE INDEX incident_share_plan_incident ON incident_share_plan (incident, id);
CREATE UNIQUE INDEX incident_share_plan_open ON incident_share_plan (incident) WHERE state IN ('waiting', 'held');
CREATE INDEX incident_share_plan_due ON incident_share_plan (due_at) WHERE state = 'waiting';

-- The message or the plan for which an alert was looked at; what was told by hand before counts.
ALTER TABLE alert ADD COLUMN told INTEGER;
UPDATE alert SET told = (SELECT MAX(s.id) FROM incident_share s WHERE s.incident = alert.incident AND s.id > alert.id)
  WHERE EXISTS (SELECT 1 FROM incident_share s WHERE s.incident = alert.incident AND s.id > alert.id);
CREATE INDEX alert_untold ON alert (incident, id) WHERE told IS NULL;
