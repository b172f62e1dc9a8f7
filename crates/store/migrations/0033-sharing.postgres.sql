-- Incidents are told to the national centre by rule: a rule is made by one person and put in force by another, and what it plans waits
-- so that people can look at it. A message that left by rule names the rule. Of an alert it is known that it was looked at for a
-- message, so that the next one tells only what is new.
CREATE TABLE sharing_rule (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  basis TEXT NOT NULL,
  severities TEXT NOT NULL,
  events TEXT NOT NULL,
  wait_minutes BIGINT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  state_by BIGINT NOT NULL REFERENCES staff (id),
  made_by BIGINT NOT NULL REFERENCES staff (id),
  forced_by BIGINT REFERENCES staff (id),
  CHECK (forced_by IS NULL OR forced_by <> made_by),
  CHECK (state NOT IN ('active', 'paused') OR forced_by IS NOT NULL)
);

ALTER TABLE incident_share ALTER COLUMN person DROP NOT NULL;
ALTER TABLE incident_share ADD COLUMN rule BIGINT REFERENCES sharing_rule (id);
ALTER TABLE incident_share ADD CHECK (person IS NOT NULL OR rule IS NOT NULL);

-- What a rule is to tell of an incident, and what became of it. One at a time waits or is held for an incident.
CREATE TABLE incident_share_plan (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  rule BIGINT NOT NULL REFERENCES sharing_rule (id),
  due_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  person BIGINT REFERENCES staff (id),
  share BIGINT REFERENCES incident_share (id),
  CHECK ((state = 'shared') = (share IS NOT NULL))
);
CREATE INDEX incident_share_plan_incident ON incident_share_plan (incident, id);
CREATE UNIQUE INDEX incident_share_plan_open ON incident_share_plan (incident) WHERE state IN ('waiting', 'held');
CREATE INDEX incident_share_plan_due ON incident_share_plan (due_at) WHERE state = 'waiting';

-- The message or the plan for which an alert was looked at; what was told by hand before counts.
ALTER TABLE alert ADD COLUMN told BIGINT;
UPDATE alert SET told = (SELECT MAX(s.id) FROM incident_share s WHERE s.incident = alert.incident AND s.id > alert.id)
  WHERE EXISTS (SELECT 1 FROM incident_share s WHERE s.incident = alert.incident AND s.id > alert.id);
CREATE INDEX alert_untold ON alert (incident, id) WHERE told IS NULL;
