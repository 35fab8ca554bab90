-- The journal of hand-overs: which file was, or is to be, delivered where, and how far that has come. A row goes with its
-- connection; what was delivered does not.
--
-- place_key: the place below the folder, as a file system sees it that makes no difference between cases; empty while none is
-- reserved. as_accepted: it is, or is to be, the hand-over of the accepted file; what is automatic does not repeat it.
CREATE TABLE handovers (
    handover_id   TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    status        TEXT NOT NULL,
    planned_at    TEXT NOT NULL,
    folder        TEXT NOT NULL,
    place_key     TEXT NOT NULL,
    as_accepted   INTEGER NOT NULL,
    content       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX handovers_one_at_a_time ON handovers (connection_id, uuid)
    WHERE status NOT IN ('done', 'dropped', 'failed');
CREATE INDEX handovers_of_file ON handovers (connection_id, uuid);
CREATE INDEX handovers_by_time ON handovers (planned_at);
CREATE INDEX handovers_by_place ON handovers (folder, place_key);
