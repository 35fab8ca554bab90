-- Client files that are to be created: drafts, creations on their way, and what became of each.
--
-- creations.content: the whole row as JSON, times in UTC; equal rows have equal content. due_at: empty while nothing is to be
-- done by the machine. external_id: folded as it is compared.
CREATE TABLE creations (
    creation_id   TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL,
    external_id   TEXT NOT NULL,
    status        TEXT NOT NULL,
    batch         TEXT NOT NULL,
    line          INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    due_at        TEXT NOT NULL,
    content       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX creations_by_due ON creations (connection_id, due_at) WHERE due_at <> '';
CREATE INDEX creations_by_external_id ON creations (connection_id, external_id);
CREATE INDEX creations_by_status ON creations (status, created_at, line);
CREATE INDEX creations_by_batch ON creations (batch, line) WHERE batch <> '';
CREATE INDEX client_files_by_external_id ON client_files (connection_id, external_id) WHERE external_id <> '';

-- The documents that go along. They leave with the transaction in which their row is created or withdrawn.
CREATE TABLE creation_documents (
    creation_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    content     BLOB NOT NULL,
    PRIMARY KEY (creation_id, document_id)
) STRICT, WITHOUT ROWID;

-- What became of each creation, step by step: written with the step, never changed.
CREATE TABLE creation_history (
    creation_id TEXT NOT NULL,
    step        INTEGER NOT NULL,
    at          TEXT NOT NULL,
    status      TEXT NOT NULL,
    error_code  TEXT NOT NULL,
    PRIMARY KEY (creation_id, step)
) STRICT, WITHOUT ROWID;

-- Of imported tables: what a column of that name was taken for last. Here and not in the settings: a table without a header
-- has clients' data for one.
CREATE TABLE import_columns (
    name  TEXT PRIMARY KEY,
    field TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER creation_history_is_never_changed BEFORE UPDATE ON creation_history
BEGIN
    SELECT RAISE (ABORT, 'history is never changed');
END;
