-- Alerts, and the incidents they are worked in. A host is known by a keyed hash of its address; the address and what else an alert
-- saw of it are sealed under a data key of the host, whose number is that of the row. An alert is one row however often it comes:
-- `name` is a keyed hash of what makes it one, and none once its incident is closed, so that what comes again is seen again.
CREATE TABLE incident (
  id BIGINT PRIMARY KEY,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  holder BIGINT REFERENCES staff (id),
  outcome TEXT,
  merged_into BIGINT REFERENCES incident (id),
  severity TEXT NOT NULL,
  reopened BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  hits BIGINT NOT NULL,
  CHECK ((state = 'closed') = (outcome IS NOT NULL) AND (state = 'merged') = (merged_into IS NOT NULL)
    AND (state IN ('working', 'contained', 'closed')) = (holder IS NOT NULL))
);
CREATE INDEX incident_state ON incident (state, id);

-- By what later alerts find an incident: the campaign or the indicator of the alert that opened it.
CREATE TABLE incident_cause (
  kind TEXT NOT NULL,
  key BYTEA NOT NULL,
  incident BIGINT NOT NULL REFERENCES incident (id),
  PRIMARY KEY (kind, key, incident)
);
CREATE INDEX incident_cause_incident ON incident_cause (incident);

CREATE TABLE incident_host (
  id BIGINT PRIMARY KEY,
  name BYTEA NOT NULL UNIQUE,
  address BYTEA NOT NULL
);

CREATE TABLE alert (
  id BIGINT PRIMARY KEY,
  name BYTEA UNIQUE,
  incident BIGINT REFERENCES incident (id),
  grouping TEXT NOT NULL,
  host BIGINT REFERENCES incident_host (id),
  sensor TEXT NOT NULL,
  event TEXT NOT NULL,
  field TEXT NOT NULL,
  listed_kind TEXT NOT NULL,
  listed TEXT NOT NULL,
  source TEXT NOT NULL,
  indicator BIGINT REFERENCES indicator (id),
  tlp BIGINT NOT NULL,
  campaign TEXT,
  details BYTEA,
  origin TEXT NOT NULL,
  count BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  CHECK ((incident IS NULL) = (grouping = 'muted'))
);
CREATE INDEX alert_incident ON alert (incident, id);
CREATE INDEX alert_host ON alert (host, incident);
CREATE INDEX alert_listed ON alert (listed_kind, listed, incident);

-- What happened with an incident, in its order. Nothing here is changed or taken away.
CREATE TABLE incident_event (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  words TEXT,
  person BIGINT REFERENCES staff (id)
);
CREATE INDEX incident_event_incident ON incident_event (incident, id);

-- A clock that was started stays: it is met, runs out, or ends without either where the incident turned out to be none.
CREATE TABLE incident_clock (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  key TEXT NOT NULL,
  basis TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  warn_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  warned_at BIGINT,
  breached_at BIGINT,
  met_at BIGINT,
  void_at BIGINT,
  UNIQUE (incident, key)
);
CREATE INDEX incident_clock_running ON incident_clock (warn_at)
  WHERE met_at IS NULL AND breached_at IS NULL AND void_at IS NULL;

CREATE TABLE incident_system (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  level BIGINT NOT NULL
);
CREATE INDEX incident_system_incident ON incident_system (incident, id);

CREATE TABLE incident_task (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  playbook TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  person BIGINT REFERENCES staff (id),
  at BIGINT,
  CHECK ((state = 'open') = (person IS NULL) AND (person IS NULL) = (at IS NULL))
);
CREATE INDEX incident_task_incident ON incident_task (incident, id);

-- Evidence: the digest stands open, name and bytes are sealed under a data key of the incident, whose number is that of the file.
CREATE TABLE incident_file (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  sha256 BYTEA NOT NULL,
  bytes BIGINT NOT NULL,
  name BYTEA NOT NULL,
  content BYTEA NOT NULL,
  person BIGINT NOT NULL REFERENCES staff (id),
  UNIQUE (incident, sha256)
);

-- What one shift leaves to the next.
CREATE TABLE shift_note (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES staff (id),
  words TEXT NOT NULL,
  taken_by BIGINT REFERENCES staff (id),
  taken_at BIGINT,
  CHECK ((taken_by IS NULL) = (taken_at IS NULL))
);
CREATE INDEX shift_note_open ON shift_note (id) WHERE taken_by IS NULL;

-- Values of which somebody found, in an incident, that they were wrongly listed: until then they open no incident.
CREATE TABLE indicator_mark (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  incident BIGINT NOT NULL REFERENCES incident (id),
  person BIGINT NOT NULL REFERENCES staff (id),
  at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (kind, value, incident)
);

-- What is told of an incident. A report is a draft until a second person signs it; then it does not change any more.
CREATE TABLE incident_report (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  kind TEXT NOT NULL,
  fields TEXT NOT NULL,
  written_by BIGINT NOT NULL REFERENCES staff (id),
  written_at BIGINT NOT NULL,
  signed_by BIGINT REFERENCES staff (id),
  signed_at BIGINT,
  peer BIGINT REFERENCES peer (id),
  CHECK ((signed_by IS NULL) = (signed_at IS NULL) AND (peer IS NULL OR signed_at IS NOT NULL)
    AND (signed_by IS NULL OR signed_by <> written_by))
);
CREATE INDEX incident_report_incident ON incident_report (incident, id);

-- What other nodes reported to this one, as they signed it.
CREATE TABLE incident_received (
  id BIGINT PRIMARY KEY,
  peer BIGINT NOT NULL REFERENCES peer (id),
  reference TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL
);

-- Messages about an incident that leave for an endpoint the operator named, signed once, with every attempt to deliver them.
CREATE TABLE incident_share (
  id BIGINT PRIMARY KEY,
  incident BIGINT NOT NULL REFERENCES incident (id),
  sha256 BYTEA NOT NULL,
  body BYTEA NOT NULL,
  person BIGINT NOT NULL REFERENCES staff (id),
  next_at BIGINT,
  acknowledged_at BIGINT,
  CHECK (next_at IS NULL OR acknowledged_at IS NULL)
);
CREATE INDEX incident_share_incident ON incident_share (incident, id);
CREATE INDEX incident_share_due ON incident_share (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE incident_share_attempt (
  share BIGINT NOT NULL REFERENCES incident_share (id),
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  status BIGINT,
  answer TEXT NOT NULL,
  PRIMARY KEY (share, number)
);
