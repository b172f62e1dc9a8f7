-- Entries of the public log about orders that came from a peer, each with what it commits to, until the peer is told.
CREATE TABLE order_entry (
  position INTEGER PRIMARY KEY,
  id INTEGER NOT NULL REFERENCES authority_order (id),
  private TEXT NOT NULL
) STRICT;
