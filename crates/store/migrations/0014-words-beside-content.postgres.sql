-- The words of an item stand beside its content: one row and one index less for every item.
ALTER TABLE item_content ADD COLUMN words tsvector NOT NULL DEFAULT '';
UPDATE item_content c SET words = w.words FROM item_words w WHERE w.item = c.item;
DROP TABLE item_words;
CREATE INDEX item_content_words ON item_content USING GIN (words);
