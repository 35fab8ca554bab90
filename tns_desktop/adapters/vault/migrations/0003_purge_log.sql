-- What was dropped, when and why: the proof that an archive's key is gone. Nothing of the client but the file's identifier.
CREATE TABLE purge_log (
    id            INTEGER PRIMARY KEY,
    at            TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    size          INTEGER NOT NULL,
    reason        TEXT NOT NULL
) STRICT;

CREATE TRIGGER purge_log_is_never_changed BEFORE UPDATE ON purge_log
BEGIN
    SELECT RAISE (ABORT, 'the purge log is never changed');
END;
