-- What each bouncer was told of the blocklist: the version of the answer before the last, and of the last.
CREATE TABLE block_bouncer (
  token INTEGER PRIMARY KEY REFERENCES token (id),
  before_serial INTEGER NOT NULL,
  told_serial INTEGER NOT NULL,
  whole_at INTEGER NOT NULL
) STRICT;

-- The last proof of an enforcer is found without a look at all of its others.
CREATE INDEX block_proof_enforcer ON block_proof (enforcer, id);
