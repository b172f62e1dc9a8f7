-- What an order that asks for information about users says that it wants: of orders that came, and of those that this office issues.
CREATE TABLE order_information (
  id INTEGER PRIMARY KEY REFERENCES authority_order (id),
  purpose TEXT NOT NULL,
  fields TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL
) STRICT;
CREATE TABLE issued_information (
  id INTEGER PRIMARY KEY REFERENCES issued_order (id),
  purpose TEXT NOT NULL,
  fields TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL
) STRICT;
