-- What items have in common was one row of an index for each key of each item, at a place of its own each time. It comes in
-- as a log now, and is sorted into runs from time to time.
CREATE TABLE key_log (
  id INTEGER PRIMARY KEY,
  packed BLOB NOT NULL
) STRICT;

CREATE TABLE key_run (
  id INTEGER PRIMARY KEY,
  sightings INTEGER NOT NULL,
  state TEXT NOT NULL,
  merged_into INTEGER
) STRICT;

-- Sightings of one run, in their order: the first one, how many there are, and all of them.
CREATE TABLE key_piece (
  run INTEGER NOT NULL,
  key INTEGER NOT NULL,
  at INTEGER NOT NULL,
  item INTEGER NOT NULL,
  member INTEGER NOT NULL,
  sightings INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (run, key, at, item, member)
) STRICT;

-- Each row with the 55 that follow it, and of these every 56th: a window goes along the index, where a group would be sorted
-- in memory.
INSERT INTO key_piece (run, key, at, item, member, sightings, packed)
SELECT 1, key, at, item, member, sightings, unhex(packed) FROM (
  SELECT key, at, item, member, row_number() OVER (ORDER BY key, at, item, member) AS n, COUNT(*) OVER piece AS sightings,
    group_concat(printf('%016x%016x%016x%016x', key, at, item, member), '') OVER piece AS packed
  FROM item_key
  WINDOW piece AS (ORDER BY key, at, item, member ROWS BETWEEN CURRENT ROW AND 55 FOLLOWING)
) WHERE n % 56 = 1;
INSERT INTO key_run (id, sightings, state) SELECT 1, SUM(sightings), 'whole' FROM key_piece HAVING COUNT(*) > 0;
DROP TABLE item_key;

-- What was erased and is on the disk yet is gone through item by item.
CREATE INDEX erased_item_waiting ON erased_item (item) WHERE purged_at IS NULL;
