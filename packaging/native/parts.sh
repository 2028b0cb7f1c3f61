#!/usr/bin/env bash
# parts.sh ARCH ROOT PARTS: what the program is linked with besides .NET, compiled against ROOT: the stub libm and SQLite.
# NuGet's libe_sqlite3.so needs glibc 2.33 and newer, so SQLite is linked in.
set -euo pipefail
arch=$1 root=$2 parts=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/sqlite.lock"
case $arch in
  arm64) target=aarch64-linux-gnu base=GLIBC_2.17 ;;
  amd64) target=x86_64-linux-gnu base=GLIBC_2.2.5 ;;
  *) echo "parts.sh: architecture '$arch' is not known; arm64 or amd64" >&2; exit 2 ;;
esac
stamp="$SQLITE_VERSION $(cat "$0" "$here/libm.c" "$here/sqlite.lock" | sha256sum)"
[ "$(cat "$parts/complete" 2> /dev/null)" = "$stamp" ] && exit 0
rm -rf "$parts"
mkdir -p "$parts/libm"
compile=(clang --target="$target" --sysroot="$root")

echo "$base { global: *; };" > "$parts/libm/versions"
"${compile[@]}" -shared -nostdlib -fno-builtin -w -fuse-ld=lld -Wl,-soname,libm.so.6 -Wl,--version-script="$parts/libm/versions" \
  -o "$parts/libm/libm.so" "$here/libm.c"

(cd "$parts" && npm pack --silent "$SQLITE_PACKAGE" > /dev/null)
archive=$(echo "$parts"/*.tgz)
echo "$SQLITE_SHA256  $archive" | sha256sum --check --quiet ||
  { echo "parts.sh: $SQLITE_PACKAGE is not the file that sqlite.lock names" >&2; exit 1; }
tar -xzf "$archive" -C "$parts" --strip-components=3 package/deps/sqlite3/sqlite3.c package/deps/sqlite3/sqlite3.h
grep -q "define SQLITE_VERSION  *\"$SQLITE_VERSION\"" "$parts/sqlite3.h" ||
  { echo "parts.sh: $SQLITE_PACKAGE does not hold SQLite $SQLITE_VERSION" >&2; exit 1; }

# Full synchronous WAL as in the development build: the journal promises that a step is on disk before it is done.
# Functions that the .NET provider binds must stay, whether the agent calls them or not (load_extension is off until asked for);
# each has a section of its own, so that the linker leaves out what nobody binds.
"${compile[@]}" -c -Os -fPIC -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2 -ffile-prefix-map="$parts"=sqlite \
  -DSQLITE_THREADSAFE=1 -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DEFAULT_WAL_SYNCHRONOUS=2 \
  -DSQLITE_OMIT_JSON -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_SNAPSHOT -DSQLITE_LIKE_DOESNT_MATCH_BLOBS \
  -DHAVE_USLEEP=1 -o "$parts/sqlite3.o" "$parts/sqlite3.c"
llvm-ar rcsD "$parts/libsqlite3.a" "$parts/sqlite3.o"
rm "$archive"
echo "$stamp" > "$parts/complete"
