-- What a peer signed that tells another story than what it had signed before under the same number.
CREATE TABLE peer_evidence (
  peer BIGINT NOT NULL REFERENCES peer (id),
  digest BYTEA NOT NULL,
  stream TEXT NOT NULL,
  number BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  message BYTEA NOT NULL,
  signature_input TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (peer, digest)
);

-- The beginnings of what peers say, by when they came.
CREATE INDEX peer_inbox_first ON peer_inbox (peer, received_at) WHERE number = 1;
