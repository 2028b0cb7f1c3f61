-- How each receiver of messages is doing, so that a restart does not forget it. Times are microseconds since 1970, UTC, by the clock of the boot.
CREATE TABLE IF NOT EXISTS channels (
  notifier TEXT PRIMARY KEY,
  failing_since INTEGER,
  is_broken INTEGER NOT NULL,
  problem TEXT NOT NULL,
  last_sent_at INTEGER
) STRICT, WITHOUT ROWID;
