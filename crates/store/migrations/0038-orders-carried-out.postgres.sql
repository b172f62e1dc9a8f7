-- What the platform was told for a target of an order: whether it was carried out is what the platform says of that.
CREATE TABLE order_action (
  action BIGINT PRIMARY KEY REFERENCES action (id),
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  FOREIGN KEY (id, number) REFERENCES order_target (id, number)
);
CREATE INDEX order_action_target ON order_action (id, number, action);
-- What was carried out before keeps its state; what the platform says from now on is noted.
INSERT INTO order_action (action, id, number)
SELECT MAX(a.id), t.id, t.number
FROM order_target t JOIN action a ON a.decision = t.decision AND a.effect = 'apply' AND a.kind <> 'notice'
WHERE t.state = 'executed'
GROUP BY t.id, t.number;

-- The cases that the decision of an order closed, while that stands.
CREATE TABLE case_ordered (
  case_id BIGINT PRIMARY KEY REFERENCES moderation_case (id),
  decision BIGINT NOT NULL REFERENCES decision (id)
);
CREATE INDEX case_ordered_decision ON case_ordered (decision);

-- What one person did, of the audit log; and the orders that name something.
CREATE INDEX audit_person ON audit (actor, id) WHERE actor_kind = 'person';
CREATE INDEX order_target_reference ON order_target (reference);

-- Whether an office used a number before.
CREATE INDEX issued_order_number ON issued_order (LOWER(number)) WHERE signed_at IS NOT NULL;
