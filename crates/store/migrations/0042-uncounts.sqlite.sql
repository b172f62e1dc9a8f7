-- How often sightings were deleted: what was read of them before is not to be written after.
CREATE TABLE key_uncount (
  id INTEGER PRIMARY KEY,
  times INTEGER NOT NULL
) STRICT;
INSERT INTO key_uncount (id, times) VALUES (1, 0);
