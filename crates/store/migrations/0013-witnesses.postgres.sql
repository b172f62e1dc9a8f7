-- Logs of others that this node witnesses. What was cosigned of one stays when it is no longer watched (then it has no
-- key): whoever names it again goes on from there, and no second history is ever cosigned.
CREATE TABLE watched_log (
  origin TEXT PRIMARY KEY,
  key TEXT,
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  cosigned_at BIGINT
);

-- Who witnesses our log: whom the operator named at the last start, and what each cosigned last.
CREATE TABLE log_witness (
  key TEXT PRIMARY KEY,
  is_named BIGINT NOT NULL,
  size BIGINT NOT NULL,
  cosigned_at BIGINT
);
