-- Alerts, and the incidents they are worked in. A host is known by a keyed hash of its address; the address and what else an alert
-- saw of it are sealed under a data key of the host, whose number is that of the row. An alert is one row however often it comes:
-- `name` is a keyed hash of what makes it one, and none once its incident is closed, so that what comes again is seen again.
CREATE TABLE incident (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  holder INTEGER REFERENCES staff (id),
  outcome TEXT,
  merged_into INTEGER REFERENCES incident (id),
  severity TEXT NOT NULL,
  reopened INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  CHECK ((state = 'closed') = (outcome IS NOT NULL) AND (state = 'merged') = (merged_into IS NOT NULL)
    AND (state IN ('working', 'contained', 'closed')) = (holder IS NOT NULL))
) STRICT;
CREATE INDEX incident_state ON incident (state, id);

-- By what later alerts find an incident: the campaign or the indicator of the alert that opened it.
CREATE TABLE incident_cause (
  kind TEXT NOT NULL,
  key BLOB NOT NULL,
  incident INTEGER NOT NULL REFERENCES incident (id),
  PRIMARY KEY (kind, key, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_cause_incident ON incident_cause (incident);

CREATE TABLE incident_host (
  id INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE,
  address BLOB NOT NULL
) STRICT;

CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  name BLOB UNIQUE,
  incident INTEGER REFERENCES incident (id),
  grouping TEXT NOT NULL,
  host INTEGER REFERENCES incident_host (id),
  sensor TEXT NOT NULL,
  event TEXT NOT NULL,
  field TEXT NOT NULL,
  listed_kind TEXT NOT NULL,
  listed TEXT NOT NULL,
  source TEXT NOT NULL,
  indicator INTEGER REFERENCES indicator (id),
  tlp INTEGER NOT NULL,
  campaign TEXT,
  details BLOB,
  origin TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  CHECK ((incident IS NULL) = (grouping = 'muted'))
) STRICT;
CREATE INDEX alert_incident ON alert (incident, id);
CREATE INDEX alert_host ON alert (host, incident);
CREATE INDEX alert_listed ON alert (listed_kind, listed, incident);

-- What happened with an incident, in its order. Nothing here is changed or taken away.
CREATE TABLE incident_event (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  words TEXT,
  person INTEGER REFERENCES staff (id)
) STRICT;
CREATE INDEX incident_event_incident ON incident_event (incident, id);

-- A clock that was started stays: it is met, runs out, or ends without either where the incident turned out to be none.
CREATE TABLE incident_clock (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  key TEXT NOT NULL,
  basis TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  warn_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  warned_at INTEGER,
  breached_at INTEGER,
  met_at INTEGER,
  void_at INTEGER,
  UNIQUE (incident, key)
) STRICT;
CREATE INDEX incident_clock_running ON incident_clock (warn_at)
  WHERE met_at IS NULL AND breached_at IS NULL AND void_at IS NULL;

CREATE TABLE incident_system (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  level INTEGER NOT NULL
) STRICT;
CREATE INDEX incident_system_incident ON incident_system (incident, id);

CREATE TABLE incident_task (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  playbook TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  person INTEGER REFERENCES staff (id),
  at INTEGER,
  CHECK ((state = 'open') = (person IS NULL) AND (person IS NULL) = (at IS NULL))
) STRICT;
CREATE INDEX incident_task_incident ON incident_task (incident, id);

-- Evidence: the digest stands open, name and bytes are sealed under a data key of the incident, whose number is that of the file.
CREATE TABLE incident_file (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  sha256 BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  name BLOB NOT NULL,
  content BLOB NOT NULL,
  person INTEGER NOT NULL REFERENCES staff (id),
  UNIQUE (incident, sha256)
) STRICT;

-- What one shift leaves to the next.
CREATE TABLE shift_note (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES staff (id),
  words TEXT NOT NULL,
  taken_by INTEGER REFERENCES staff (id),
  taken_at INTEGER,
  CHECK ((taken_by IS NULL) = (taken_at IS NULL))
) STRICT;
CREATE INDEX shift_note_open ON shift_note (id) WHERE taken_by IS NULL;

-- Values of which somebody found, in an incident, that they were wrongly listed: until then they open no incident.
CREATE TABLE indicator_mark (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  incident INTEGER NOT NULL REFERENCES incident (id),
  person INTEGER NOT NULL REFERENCES staff (id),
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (kind, value, incident)
) STRICT, WITHOUT ROWID;

-- What is told of an incident. A report is a draft until a second person signs it; then it does not change any more.
CREATE TABLE incident_report (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  kind TEXT NOT NULL,
  fields TEXT NOT NULL,
  written_by INTEGER NOT NULL REFERENCES staff (id),
  written_at INTEGER NOT NULL,
  signed_by INTEGER REFERENCES staff (id),
  signed_at INTEGER,
  peer INTEGER REFERENCES peer (id),
  CHECK ((signed_by IS NULL) = (signed_at IS NULL) AND (peer IS NULL OR signed_at IS NOT NULL)
    AND (signed_by IS NULL OR signed_by <> written_by))
) STRICT;
CREATE INDEX incident_report_incident ON incident_report (incident, id);

-- What other nodes reported to this one, as they signed it.
CREATE TABLE incident_received (
  id INTEGER PRIMARY KEY,
  peer INTEGER NOT NULL REFERENCES peer (id),
  reference TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- Messages about an incident that leave for an endpoint the operator named, signed once, with every attempt to deliver them.
CREATE TABLE incident_share (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  sha256 BLOB NOT NULL,
  body BLOB NOT NULL,
  person INTEGER NOT NULL REFERENCES staff (id),
  next_at INTEGER,
  acknowledged_at INTEGER,
  CHECK (next_at IS NULL OR acknowledged_at IS NULL)
) STRICT;
CREATE INDEX incident_share_incident ON incident_share (incident, id);
CREATE INDEX incident_share_due ON incident_share (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE incident_share_attempt (
  share INTEGER NOT NULL REFERENCES incident_share (id),
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER,
  answer TEXT NOT NULL,
  PRIMARY KEY (share, number)
) STRICT, WITHOUT ROWID;
