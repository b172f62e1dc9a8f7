-- Pictures beside items, as they were handed in; the content is gone where it was erased.
CREATE TABLE item_image (
  item INTEGER NOT NULL REFERENCES item (id),
  number INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  content BLOB,
  PRIMARY KEY (item, number),
  UNIQUE (item, sha256)
) STRICT;
