#!/usr/bin/env bash
# build.sh [arm64|amd64]...: .deb and .rpm for each architecture (default: both), debug symbols, SBOM and SHA256SUMS, in
# artifacts/packages.
# Times in them are the commit's, so that the same commit makes the same bytes (tests/acceptance/reproducible.sh).
# MAINTAINER="Name <mail>" is who answers for them.
set -euo pipefail
cd "$(dirname "$0")/.."
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} LC_ALL=C TZ=UTC
export MAINTAINER=${MAINTAINER:-npu-agent maintainers <npu-agent@localhost>}
umask 022
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
. packaging/native/sqlite.lock
[ $# -gt 0 ] || set -- arm64 amd64
most_bytes=30000000
packages=$PWD/artifacts/packages pages=$PWD/artifacts/pages
rm -rf "$packages"
mkdir -p "$packages"

for arch in "$@"; do
  case $arch in
    arm64) rid=linux-arm64 machine=aarch64 ;;
    amd64) rid=linux-x64 machine=x86_64 ;;
    *) echo "build.sh: architecture '$arch' is not known; arm64 or amd64" >&2; exit 2 ;;
  esac
  packaging/native/build.sh "$rid"
  cp src/Agent/obj/project.assets.json "artifacts/native/$rid.assets.json"
  dotnet run --project src/Agent.Packaging -c Release -- \
    "$pages" packaging/agent.yaml "artifacts/native/$rid.assets.json" "$rid" "$version" "$SOURCE_DATE_EPOCH" "$SQLITE_VERSION"
  tree=$PWD/artifacts/stage-$arch
  packaging/stage.sh "artifacts/native/$rid/npu-agent" "$pages" "$tree"
  find "$tree" -type f -print0 | xargs -0 packaging/native/check-elf.sh
  bytes=$(find "$tree" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
  [ "$bytes" -lt "$most_bytes" ] || { echo "build.sh: $arch: $bytes bytes would be installed, less than $most_bytes allowed; see what grew in $tree" >&2; exit 1; }
  packaging/deb/build.sh "$tree" "$arch" "$version" "$packages"
  packaging/rpm/build.sh "$tree" "$machine" "$version" "$packages"
  cp "$pages/sbom.cdx.json" "$packages/npu-agent-$version-$arch.cdx.json"
  gzip -9n < "artifacts/native/$rid/npu-agent.dbg" > "$packages/npu-agent-$version-$arch.dbg.gz"
done
(cd "$packages" && sha256sum npu-agent* > SHA256SUMS)
packaging/lint.sh "$packages"
ls -l "$packages"
