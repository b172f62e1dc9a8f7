-- The keys of this node: each is derived from the node's own and its number here. The last one signs; those before it are
-- taken until their end.
CREATE TABLE node_key (
  generation INTEGER PRIMARY KEY,
  from_at INTEGER NOT NULL,
  until_at INTEGER
) STRICT;

-- Other nodes, each with the fingerprint that people compared.
CREATE TABLE peer (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  fingerprint BLOB NOT NULL,
  office TEXT,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER NOT NULL,
  why TEXT,
  faults INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failure TEXT,
  retry_at INTEGER NOT NULL,
  heard_at INTEGER,
  our_generation INTEGER NOT NULL
) STRICT;

-- Their keys. Nobody has a key for having named it first: whose message it is, its sender's address says.
CREATE TABLE peer_key (
  fingerprint BLOB NOT NULL,
  peer INTEGER NOT NULL REFERENCES peer (id),
  ed25519 BLOB NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  PRIMARY KEY (fingerprint, peer)
) STRICT;

-- What is said to them, in order in each stream, with the receipt once there is one.
CREATE TABLE peer_outbox (
  peer INTEGER NOT NULL REFERENCES peer (id),
  stream TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  message BLOB NOT NULL,
  delivered_at INTEGER,
  outcome TEXT,
  reason TEXT,
  receipt BLOB,
  PRIMARY KEY (peer, stream, number)
) STRICT;
CREATE INDEX peer_outbox_waiting ON peer_outbox (made_at) WHERE delivered_at IS NULL;

-- What they said, with their signature and with the receipt that they were given.
CREATE TABLE peer_inbox (
  peer INTEGER NOT NULL REFERENCES peer (id),
  stream TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  message BLOB NOT NULL,
  signature_input TEXT NOT NULL,
  signature TEXT NOT NULL,
  receipt BLOB NOT NULL,
  PRIMARY KEY (peer, stream, number)
) STRICT;

-- Orders that came from a peer, and the stream in which it is spoken of them.
CREATE TABLE order_peer (
  id INTEGER PRIMARY KEY REFERENCES authority_order (id),
  peer INTEGER NOT NULL REFERENCES peer (id),
  stream TEXT NOT NULL,
  UNIQUE (peer, stream)
) STRICT;

-- Up to which step of orders peers were told: one row.
CREATE TABLE peer_told (
  id INTEGER PRIMARY KEY,
  event INTEGER NOT NULL
) STRICT;
INSERT INTO peer_told (id, event) SELECT 1, COALESCE(MAX(event), 0) FROM order_event;
