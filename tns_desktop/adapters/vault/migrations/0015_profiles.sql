-- The list can be narrowed to a profile: those of the file and of its participants, as a JSON list; empty for none.
-- fill_profiles fills the column from the contents.
ALTER TABLE client_files ADD COLUMN profiles TEXT NOT NULL DEFAULT '';
