-- Figures for charts. Buckets are minutes and hours since 1970 by the host's clock; the bucket comes first in the key, so that one minute is written
-- to one place of the file. Figures are thousandths: whole numbers take less room.
CREATE TABLE IF NOT EXISTS measure_series (
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (subject, name)
) STRICT;

CREATE TABLE IF NOT EXISTS measure_minutes (
  bucket INTEGER NOT NULL,
  series INTEGER NOT NULL,
  least INTEGER NOT NULL,
  most INTEGER NOT NULL,
  mean INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (bucket, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS measure_hours (
  bucket INTEGER NOT NULL,
  series INTEGER NOT NULL,
  least INTEGER NOT NULL,
  most INTEGER NOT NULL,
  mean INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (bucket, series)
) STRICT, WITHOUT ROWID;

-- Looks that saw nothing, by hour. The name of such a series is the probe's.
CREATE TABLE IF NOT EXISTS look_gaps (
  bucket INTEGER NOT NULL,
  series INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  PRIMARY KEY (bucket, series)
) STRICT, WITHOUT ROWID;
