-- Web-hook events that arrived: their identifiers as SHA-256, so that a delivery that is repeated counts once, across
-- restarts too; and which file is to be read again, until it was. Nothing else of a notification is kept.
CREATE TABLE webhook_events (
    seq           INTEGER PRIMARY KEY,
    connection_id TEXT NOT NULL,
    event         BLOB NOT NULL,
    uuid          TEXT NOT NULL,
    received_at   INTEGER NOT NULL,
    finished      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection_id, event)
) STRICT;
CREATE INDEX webhook_events_waiting ON webhook_events (connection_id, uuid) WHERE finished = 0;
