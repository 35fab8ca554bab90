-- How often a creation was changed: which of two accounts of it is the later one, in the database or in the journal. A table of
-- its own, so that the rows of an older program can still be read out of a damaged database. None for one that is finished.
CREATE TABLE creation_revisions (
    creation_id TEXT PRIMARY KEY,
    revision    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
