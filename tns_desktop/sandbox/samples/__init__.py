"""Sample people, documents and archives: invented, French, deterministic for a seed, each document marked SPECIMEN."""
