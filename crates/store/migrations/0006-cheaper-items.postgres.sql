-- Nothing is looked for by these, and each was written with every item or every change.
DROP INDEX item_author;
DROP INDEX item_action;
DROP INDEX audit_actor;
-- Nobody looks for items without an id of their platform.
DROP INDEX item_external;
CREATE INDEX item_external ON item (external, id) WHERE external IS NOT NULL;
-- Each row of these two was looked up, and locked, for every item; what writes an item holds both at hand.
ALTER TABLE item DROP CONSTRAINT item_engine_fkey;
ALTER TABLE item_content DROP CONSTRAINT item_content_item_fkey;
