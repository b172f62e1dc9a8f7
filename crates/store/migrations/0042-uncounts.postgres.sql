-- How often sightings were deleted: what was read of them before is not to be written after.
CREATE TABLE key_uncount (
  id BIGINT PRIMARY KEY,
  times BIGINT NOT NULL
);
INSERT INTO key_uncount (id, times) VALUES (1, 0);
