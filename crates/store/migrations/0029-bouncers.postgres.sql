-- What each bouncer was told of the blocklist: the version of the answer before the last, and of the last.
CREATE TABLE block_bouncer (
  token BIGINT PRIMARY KEY REFERENCES token (id),
  before_serial BIGINT NOT NULL,
  told_serial BIGINT NOT NULL,
  whole_at BIGINT NOT NULL
);

-- The last proof of an enforcer is found without a look at all of its others.
CREATE INDEX block_proof_enforcer ON block_proof (enforcer, id);
