-- Pictures beside items, as they were handed in; the content is gone where it was erased.
CREATE TABLE item_image (
  item BIGINT NOT NULL REFERENCES item (id),
  number BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  media_type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  content BYTEA,
  PRIMARY KEY (item, number),
  UNIQUE (item, sha256)
);
