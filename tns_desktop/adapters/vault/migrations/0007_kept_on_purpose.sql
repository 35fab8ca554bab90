-- Files whose archive the operator wants here, whether it has come yet or not. Apart from the archives: an archive that is
-- replaced by a newer one is still wanted. A dropped archive and a removed connection take their rows along.
CREATE TABLE kept_on_purpose (
    connection_id TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    PRIMARY KEY (connection_id, uuid)
) STRICT, WITHOUT ROWID;
