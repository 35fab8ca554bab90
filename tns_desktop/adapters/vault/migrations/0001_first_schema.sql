-- Server rows as the server last described them. content: JSON without the raw answer; extra: the raw answer, UTF-8.
-- version: hash of content, for "changed since seen"; row_version: hash of content and extra, for "row changed".
CREATE TABLE client_files (
    id            INTEGER PRIMARY KEY,
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    state         TEXT NOT NULL,
    started_at    REAL,
    content       TEXT NOT NULL,
    extra         BLOB NOT NULL,
    version       BLOB NOT NULL,
    row_version   BLOB NOT NULL,
    seen_version  BLOB,
    UNIQUE (connection_id, uuid)
) STRICT;

CREATE INDEX client_files_in_order ON client_files (connection_id, started_at, uuid);

-- The folded haystack of domain.filters, rowid = client_files.id. secure-delete: a forgotten file leaves no words behind.
CREATE VIRTUAL TABLE client_file_words USING fts5 (
    haystack, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO client_file_words (client_file_words, rank) VALUES ('secure-delete', 1);

-- Decisions on their way and done. content: the whole row as JSON, times in UTC; equal rows have equal content.
CREATE TABLE decisions (
    decision_id   TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    status        TEXT NOT NULL,
    decided_at    TEXT NOT NULL,
    content       TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX one_unfinished_decision ON decisions (connection_id, uuid)
    WHERE status NOT IN ('confirmed', 'withdrawn');
CREATE INDEX decisions_in_order ON decisions (decided_at);

-- What became of each decision, step by step: written with the step, never changed.
CREATE TABLE decision_history (
    id          INTEGER PRIMARY KEY,
    decision_id TEXT NOT NULL REFERENCES decisions (decision_id),
    at          TEXT NOT NULL,
    status      TEXT NOT NULL,
    error_code  TEXT NOT NULL
) STRICT;

CREATE INDEX history_of_decision ON decision_history (decision_id, id);
CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON decision_history
BEGIN
    SELECT RAISE (ABORT, 'history is never changed');
END;

-- Archives: the bytes lie in blobs/<file_name>, encrypted with content_key, which is kept here and nowhere else.
CREATE TABLE archives (
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    file_name     TEXT NOT NULL UNIQUE,
    content_key   BLOB NOT NULL,
    sha256        TEXT NOT NULL,
    size          INTEGER NOT NULL,
    etag          TEXT NOT NULL,
    stored_at     TEXT NOT NULL,
    PRIMARY KEY (connection_id, uuid)
) STRICT, WITHOUT ROWID;
