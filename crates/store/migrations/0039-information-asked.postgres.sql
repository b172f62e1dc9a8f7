-- What an order that asks for information about users says that it wants: of orders that came, and of those that this office issues.
CREATE TABLE order_information (
  id BIGINT PRIMARY KEY REFERENCES authority_order (id),
  purpose TEXT NOT NULL,
  fields TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL
);
CREATE TABLE issued_information (
  id BIGINT PRIMARY KEY REFERENCES issued_order (id),
  purpose TEXT NOT NULL,
  fields TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL
);
