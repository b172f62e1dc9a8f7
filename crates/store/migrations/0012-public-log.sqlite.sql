-- What everybody may check: entries in their order, from 0, without gaps. What each is about is known here alone.
CREATE TABLE public_log (
  position INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL UNIQUE,
  entry BLOB NOT NULL
) STRICT;

-- The tree over them in tiles, each as wide as it came to be; the level of bundles of entries is -1.
CREATE TABLE log_tile (
  level INTEGER NOT NULL,
  place INTEGER NOT NULL,
  width INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- The name of the log, and what was signed last.
CREATE TABLE log_checkpoint (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  note BLOB NOT NULL
) STRICT;
