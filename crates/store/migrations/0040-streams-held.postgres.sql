-- What another node refuses by itself waits by itself: how often it was refused, why, and when it is tried again.
ALTER TABLE peer_outbox ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE peer_outbox ADD COLUMN failure TEXT;
ALTER TABLE peer_outbox ADD COLUMN retry_at BIGINT NOT NULL DEFAULT 0;
