-- Reviews of archives that were opened from disk. Such an archive is never copied in here; what an auditor made of it is
-- kept by the SHA-256 of its bytes, and goes when it was not touched for long (services/disk_archives.py).
-- views: which pages were on screen, as in page_views. verdict: the last one that was written, as JSON; empty without one.
CREATE TABLE disk_reviews (
    archive_sha256 TEXT PRIMARY KEY,
    touched_at     TEXT NOT NULL,
    views          TEXT NOT NULL DEFAULT '[]',
    verdict        TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- content: the mark as JSON, as in document_marks.
CREATE TABLE disk_marks (
    archive_sha256 TEXT NOT NULL REFERENCES disk_reviews (archive_sha256) ON DELETE CASCADE,
    entry_id       TEXT NOT NULL,
    content        TEXT NOT NULL,
    PRIMARY KEY (archive_sha256, entry_id)
) STRICT, WITHOUT ROWID;
