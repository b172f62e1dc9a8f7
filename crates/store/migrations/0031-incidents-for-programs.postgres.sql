-- Programs work at incidents, too: what one did for itself names its token. An incident that was opened by hand says how far it goes.
ALTER TABLE incident ADD COLUMN tlp BIGINT;
ALTER TABLE incident_event ADD COLUMN token BIGINT REFERENCES token (id);

CREATE TABLE incident_task_next (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  playbook TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  person BIGINT REFERENCES staff (id),
  token BIGINT REFERENCES token (id),
  at BIGINT,
  CHECK ((state = 'open') = (person IS NULL AND token IS NULL) AND (state = 'open') = (at IS NULL)
    AND (person IS NULL OR token IS NULL))
);
INSERT INTO incident_task_next (id, incident, playbook, title, state, person, at)
  SELECT id, incident, playbook, title, state, person, at FROM incident_task;
DROP TABLE incident_task;
ALTER TABLE incident_task_next RENAME TO incident_task;
CREATE INDEX incident_task_incident ON incident_task (incident, id);

-- How far whoever follows incidents was told what happened: one row, once somebody is told at all.
CREATE TABLE incident_hook (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  told BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL
);
