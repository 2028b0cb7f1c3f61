-- Times are microseconds since 1970, UTC. The journal is append-only. The table incidents holds the part of its fold that listing needs.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  incident TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_incident ON journal (incident, seq);
CREATE INDEX journal_by_kind ON journal (kind, at);

CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  fault TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  is_open INTEGER NOT NULL,
  suspected_at INTEGER NOT NULL,
  ended_at INTEGER,
  summary TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_time ON incidents (suspected_at);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  notifier TEXT NOT NULL,
  notice TEXT NOT NULL,
  incident TEXT NOT NULL,
  kind TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting',
  problem TEXT NOT NULL DEFAULT '',
  UNIQUE (notifier, notice)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (state, due_at);
