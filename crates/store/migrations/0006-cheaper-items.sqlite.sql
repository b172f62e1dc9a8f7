-- Nothing is looked for by these, and each was written with every item or every change.
DROP INDEX item_author;
DROP INDEX item_action;
DROP INDEX audit_actor;
