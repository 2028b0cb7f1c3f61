-- The ledger of lost service. Times are microseconds since 1970, UTC, by the clock of the boot. number counts the spans of a subject.
CREATE TABLE IF NOT EXISTS service (
  subject TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  began INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  why TEXT NOT NULL,
  boot TEXT NOT NULL,
  run TEXT,
  incident TEXT,
  fault TEXT,
  detected_at INTEGER,
  running REAL,
  waiting REAL,
  aborted REAL NOT NULL DEFAULT 0,
  speed REAL,
  PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS service_by_incident ON service (incident) WHERE incident IS NOT NULL;

-- The last moment at which all open spans were true: one small row instead of all of them.
CREATE TABLE IF NOT EXISTS service_seen (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL,
  boot TEXT NOT NULL
) STRICT;
