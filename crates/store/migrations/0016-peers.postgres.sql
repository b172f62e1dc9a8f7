-- The keys of this node: each is derived from the node's own and its number here. The last one signs; those before it are
-- taken until their end.
CREATE TABLE node_key (
  generation BIGINT PRIMARY KEY,
  from_at BIGINT NOT NULL,
  until_at BIGINT
);

-- Other nodes, each with the fingerprint that people compared.
CREATE TABLE peer (
  id BIGINT PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  fingerprint BYTEA NOT NULL,
  office TEXT,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT NOT NULL,
  why TEXT,
  faults BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  failure TEXT,
  retry_at BIGINT NOT NULL,
  heard_at BIGINT,
  our_generation BIGINT NOT NULL
);

-- Their keys. Nobody has a key for having named it first: whose message it is, its sender's address says.
CREATE TABLE peer_key (
  fingerprint BYTEA NOT NULL,
  peer BIGINT NOT NULL REFERENCES peer (id),
  ed25519 BYTEA NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (fingerprint, peer)
);

-- What is said to them, in order in each stream, with the receipt once there is one.
CREATE TABLE peer_outbox (
  peer BIGINT NOT NULL REFERENCES peer (id),
  stream TEXT NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  message BYTEA NOT NULL,
  delivered_at BIGINT,
  outcome TEXT,
  reason TEXT,
  receipt BYTEA,
  PRIMARY KEY (peer, stream, number)
);
CREATE INDEX peer_outbox_waiting ON peer_outbox (made_at) WHERE delivered_at IS NULL;

-- What they said, with their signature and with the receipt that they were given.
CREATE TABLE peer_inbox (
  peer BIGINT NOT NULL REFERENCES peer (id),
  stream TEXT NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  message BYTEA NOT NULL,
  signature_input TEXT NOT NULL,
  signature TEXT NOT NULL,
  receipt BYTEA NOT NULL,
  PRIMARY KEY (peer, stream, number)
);

-- Orders that came from a peer, and the stream in which it is spoken of them.
CREATE TABLE order_peer (
  id BIGINT PRIMARY KEY REFERENCES authority_order (id),
  peer BIGINT NOT NULL REFERENCES peer (id),
  stream TEXT NOT NULL,
  UNIQUE (peer, stream)
);

-- Up to which step of orders peers were told: one row.
CREATE TABLE peer_told (
  id BIGINT PRIMARY KEY,
  event BIGINT NOT NULL
);
INSERT INTO peer_told (id, event) SELECT 1, COALESCE(MAX(event), 0) FROM order_event;
