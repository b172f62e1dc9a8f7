-- What everybody may check: entries in their order, from 0, without gaps. What each is about is known here alone.
CREATE TABLE public_log (
  position BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL UNIQUE,
  entry BYTEA NOT NULL
);

-- The tree over them in tiles, each as wide as it came to be; the level of bundles of entries is -1.
CREATE TABLE log_tile (
  level BIGINT NOT NULL,
  place BIGINT NOT NULL,
  width BIGINT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (level, place)
);

-- The name of the log, and what was signed last.
CREATE TABLE log_checkpoint (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  origin TEXT NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  note BYTEA NOT NULL
);
