-- What a peer signed that tells another story than what it had signed before under the same number.
CREATE TABLE peer_evidence (
  peer INTEGER NOT NULL REFERENCES peer (id),
  digest BLOB NOT NULL,
  stream TEXT NOT NULL,
  number INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  message BLOB NOT NULL,
  signature_input TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (peer, digest)
) STRICT;

-- The beginnings of what peers say, by when they came.
CREATE INDEX peer_inbox_first ON peer_inbox (peer, received_at) WHERE number = 1;
