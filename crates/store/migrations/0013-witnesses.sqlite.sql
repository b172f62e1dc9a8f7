-- Logs of others that this node witnesses. What was cosigned of one stays when it is no longer watched (then it has no
-- key): whoever names it again goes on from there, and no second history is ever cosigned.
CREATE TABLE watched_log (
  origin TEXT PRIMARY KEY,
  key TEXT,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  cosigned_at INTEGER
) STRICT;

-- Who witnesses our log: whom the operator named at the last start, and what each cosigned last.
CREATE TABLE log_witness (
  key TEXT PRIMARY KEY,
  is_named INTEGER NOT NULL,
  size INTEGER NOT NULL,
  cosigned_at INTEGER
) STRICT;
