-- SignBook tokens of participants. They outlive answers that do not have them, and go with the file, or once it is closed.
CREATE TABLE access_tokens (
    connection_id TEXT NOT NULL,
    uuid TEXT NOT NULL,
    participant TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (connection_id, uuid, participant)
) WITHOUT ROWID;

CREATE TRIGGER access_tokens_of_a_file_that_is_gone AFTER DELETE ON client_files BEGIN
    DELETE FROM access_tokens WHERE connection_id = old.connection_id AND uuid = old.uuid;
END;

CREATE TRIGGER access_tokens_of_a_file_that_is_closed AFTER UPDATE OF state ON client_files
WHEN new.state IN ('ACCEPTED', 'REJECTED') BEGIN
    DELETE FROM access_tokens WHERE connection_id = new.connection_id AND uuid = new.uuid;
END;
