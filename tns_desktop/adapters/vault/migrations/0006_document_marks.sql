-- What operators made of single documents. A row lives no longer than its archive: it is written only while that archive
-- is here, and goes with it. content: the mark as JSON; content_sha256 beside it, to find the same bytes again.
CREATE TABLE document_marks (
    connection_id  TEXT NOT NULL,
    uuid           TEXT NOT NULL,
    archive_sha256 TEXT NOT NULL,
    entry_id       TEXT NOT NULL,
    content        TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    judged         INTEGER NOT NULL,
    PRIMARY KEY (connection_id, uuid, archive_sha256, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX marks_by_bytes ON document_marks (connection_id, content_sha256) WHERE content_sha256 <> '';
