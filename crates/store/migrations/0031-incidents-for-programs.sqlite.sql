-- Programs work at incidents, too: what one did for itself names its token. An incident that was opened by hand says how far it goes.
ALTER TABLE incident ADD COLUMN tlp INTEGER;
ALTER TABLE incident_event ADD COLUMN token INTEGER REFERENCES token (id);

CREATE TABLE incident_task_next (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  playbook TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  person INTEGER REFERENCES staff (id),
  token INTEGER REFERENCES token (id),
  at INTEGER,
  CHECK ((state = 'open') = (person IS NULL AND token IS NULL) AND (state = 'open') = (at IS NULL)
    AND (person IS NULL OR token IS NULL))
) STRICT;
INSERT INTO incident_task_next (id, incident, playbook, title, state, person, at)
  SELECT id, incident, playbook, title, state, person, at FROM incident_task;
DROP TABLE incident_task;
ALTER TABLE incident_task_next RENAME TO incident_task;
CREATE INDEX incident_task_incident ON incident_task (incident, id);

-- How far whoever follows incidents was told what happened: one row, once somebody is told at all.
CREATE TABLE incident_hook (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  told INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT;
