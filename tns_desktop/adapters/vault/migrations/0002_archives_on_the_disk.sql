-- 0: written, but the disk has not confirmed it yet. The next opening reads such a file through: after a power cut nobody
-- knows what it holds, and the server still has the archive.
ALTER TABLE archives ADD COLUMN durable INTEGER NOT NULL DEFAULT 1;
