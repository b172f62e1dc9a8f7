-- Sensors that people stop for a while, and what a sensor says of itself to the server that it reads from, sealed.
ALTER TABLE sensor ADD COLUMN secret_subject INTEGER;
ALTER TABLE sensor ADD COLUMN secret BLOB;
ALTER TABLE sensor ADD COLUMN stopped_at INTEGER;
