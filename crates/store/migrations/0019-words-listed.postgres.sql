-- The node brings into the index what is listed beside it, next to its writing: nobody who writes need stop for that, as long
-- as the list has room for what comes in some seconds.
ALTER INDEX item_content_words SET (gin_pending_list_limit = 32768);
