-- What the list shows, sorts and judges by, apart from what only a file's own page shows: a list of 100,000 files is read
-- without decrypting the rest of them (docs/adr/0014). fill_listed_columns fills the new columns from the contents.
-- haystack: what the list searches letter by letter, folded (domain.filters.haystack_of).
-- words: 0 until the row's words are in client_file_words; whoever searches makes up for it first.
-- answer: hash of the list item that the row was last read from; such an item says nothing new.
CREATE TABLE listed_client_files (
    id              INTEGER PRIMARY KEY,
    connection_id   TEXT NOT NULL,
    uuid            TEXT NOT NULL,
    state           TEXT NOT NULL,
    started_at      REAL,
    human_id        TEXT NOT NULL DEFAULT '',
    external_id     TEXT NOT NULL DEFAULT '',
    workflow_label  TEXT NOT NULL DEFAULT '',
    display_name    TEXT NOT NULL DEFAULT '',
    validation_mode TEXT NOT NULL DEFAULT '',
    rejection_cause TEXT NOT NULL DEFAULT '',
    haystack        TEXT NOT NULL DEFAULT '',
    signed          INTEGER,
    words           INTEGER NOT NULL DEFAULT 0,
    version         BLOB NOT NULL,
    row_version     BLOB NOT NULL,
    seen_version    BLOB,
    answer          BLOB,
    UNIQUE (connection_id, uuid)
) STRICT;
CREATE TABLE client_file_contents (
    id      INTEGER PRIMARY KEY,
    content TEXT NOT NULL,
    extra   BLOB NOT NULL
) STRICT;

INSERT INTO listed_client_files (id, connection_id, uuid, state, started_at, version, row_version, seen_version)
    SELECT id, connection_id, uuid, state, started_at, version, row_version, seen_version FROM client_files;
INSERT INTO client_file_contents (id, content, extra) SELECT id, content, extra FROM client_files;
DROP TABLE client_files;
ALTER TABLE listed_client_files RENAME TO client_files;
CREATE INDEX client_files_without_words ON client_files (id) WHERE words = 0;

-- Every word of a client file's data, folded; rowid = client_files.id. Without indexes of prefixes: they double the time
-- of writing and save nothing that anybody could feel. secure-delete: a forgotten file leaves no words behind.
DROP TABLE client_file_words;
CREATE VIRTUAL TABLE client_file_words USING fts5(
    haystack, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO client_file_words (client_file_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER words_go_with_their_file AFTER DELETE ON client_files
BEGIN
    DELETE FROM client_file_words WHERE rowid = old.id;
    DELETE FROM client_file_contents WHERE id = old.id;
END;

-- The text of documents of the archives that are kept here. 1: the archive's documents were read for their words.
ALTER TABLE archives ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
CREATE TABLE documents (
    id            INTEGER PRIMARY KEY,
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    entry_id      TEXT NOT NULL,
    name          TEXT NOT NULL,
    UNIQUE (connection_id, uuid, entry_id)
) STRICT;
CREATE VIRTUAL TABLE document_words USING fts5(
    text, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO document_words (document_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER words_go_with_their_document AFTER DELETE ON documents
BEGIN
    DELETE FROM document_words WHERE rowid = old.id;
END;
-- However an archive goes, dropped, replaced or lost from the disk: its words go in the same transaction.
CREATE TRIGGER documents_go_with_their_archive AFTER DELETE ON archives
BEGIN
    DELETE FROM documents WHERE connection_id = old.connection_id AND uuid = old.uuid;
END;
