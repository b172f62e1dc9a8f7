-- What items have in common was one row of an index for each key of each item, at a place of its own each time. It comes in
-- as a log now, and is sorted into runs from time to time.
CREATE TABLE key_log (
  id BIGINT PRIMARY KEY,
  packed BYTEA NOT NULL
);
-- Hashes do not become shorter.
ALTER TABLE key_log ALTER COLUMN packed SET STORAGE EXTERNAL;

CREATE TABLE key_run (
  id BIGINT PRIMARY KEY,
  sightings BIGINT NOT NULL,
  state TEXT NOT NULL,
  merged_into BIGINT
);

-- Sightings of one run, in their order: the first one, how many there are, and all of them.
CREATE TABLE key_piece (
  run BIGINT NOT NULL,
  key BIGINT NOT NULL,
  at BIGINT NOT NULL,
  item BIGINT NOT NULL,
  member BIGINT NOT NULL,
  sightings BIGINT NOT NULL,
  packed BYTEA NOT NULL,
  PRIMARY KEY (run, key, at, item, member)
);
ALTER TABLE key_piece ALTER COLUMN packed SET STORAGE EXTERNAL;

INSERT INTO key_piece (run, key, at, item, member, sightings, packed)
SELECT 1, (array_agg(key ORDER BY n))[1], (array_agg(at ORDER BY n))[1], (array_agg(item ORDER BY n))[1],
  (array_agg(member ORDER BY n))[1], COUNT(*),
  string_agg(int8send(key) || int8send(at) || int8send(item) || int8send(member), ''::BYTEA ORDER BY n)
FROM (SELECT key, at, item, member, row_number() OVER (ORDER BY key, at, item, member) AS n FROM item_key) sorted
GROUP BY (n - 1) / 56;
INSERT INTO key_run (id, sightings, state) SELECT 1, SUM(sightings), 'whole' FROM key_piece HAVING COUNT(*) > 0;
DROP TABLE item_key;

-- What was erased and is on the disk yet is gone through item by item.
CREATE INDEX erased_item_waiting ON erased_item (item) WHERE purged_at IS NULL;
