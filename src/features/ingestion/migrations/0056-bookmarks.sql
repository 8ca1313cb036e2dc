-- Where a reading of a scope ended is a bookmark, as views of other rooms call it; beside it lie fingerprints of what was listed.
alter table ingestion.scope_marks rename to bookmarks;
alter table ingestion.bookmarks rename column memory to fingerprints;

-- What waits in the stage was said in the words of before: it is read again.
delete from ingestion.staged_events;
