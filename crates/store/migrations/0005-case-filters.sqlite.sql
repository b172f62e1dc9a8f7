-- One for each filter of the queue that may leave few of many cases; that of categories has been there.
CREATE INDEX case_kind ON moderation_case (state, kind, due_at, id);
CREATE INDEX case_urgency ON moderation_case (state, urgency, due_at, id);
CREATE INDEX case_level ON moderation_case (state, level, due_at, id);
DROP INDEX case_holder;
CREATE INDEX case_holder ON moderation_case (holder, state, due_at, id) WHERE holder IS NOT NULL;
