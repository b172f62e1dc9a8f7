-- Why an alert names no host. Of those that were found when they came it is known: their events named no subscriber.
ALTER TABLE alert ADD COLUMN no_host TEXT CHECK (no_host IS NULL OR host IS NULL);
UPDATE alert SET no_host = 'unnamed' WHERE host IS NULL AND origin = 'live';
-- Patterns are found by their text, which may be longer than an index takes: few are of one length.
CREATE INDEX indicator_pattern ON indicator (LENGTH(pattern)) WHERE pattern IS NOT NULL;
