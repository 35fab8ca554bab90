-- Which pages were on screen, for how long, and before whom. No name, no text, nothing that a client sent: entry ids, page
-- numbers, seconds, hashes, codes.
--
-- page_views: of the review that is under way. Written only while that very archive is here, and goes with it.
CREATE TABLE page_views (
    connection_id  TEXT NOT NULL,
    uuid           TEXT NOT NULL,
    archive_sha256 TEXT NOT NULL,
    content        TEXT NOT NULL,
    PRIMARY KEY (connection_id, uuid)
) STRICT, WITHOUT ROWID;

-- decision_evidence: of a review that a decision was made on; written before the decision's own row, and goes with the
-- connection, as that row does.
CREATE TABLE decision_evidence (
    decision_id   TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL,
    content       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
