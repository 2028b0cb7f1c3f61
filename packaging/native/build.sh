#!/usr/bin/env bash
# build.sh RID: publishes npu-agent as one file for linux-arm64 or linux-x64 that runs on glibc 2.28 and on pages of
# 64 KiB, to artifacts/native/RID. Roots and SQLite are kept in NPU_AGENT_NATIVE (default: artifacts/native) for the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."
rid=${1:?linux-arm64 or linux-x64}
case $rid in
  linux-arm64) arch=arm64 ;;
  linux-x64) arch=amd64 ;;
  *) echo "build.sh: '$rid' is not known; linux-arm64 or linux-x64" >&2; exit 2 ;;
esac
cache=${NPU_AGENT_NATIVE:-$PWD/artifacts/native}
out=$PWD/artifacts/native/$rid
mkdir -p "$cache" artifacts/native
packaging/native/setup.sh
packaging/native/root.sh "$arch" "$cache/root-$arch"
packaging/native/parts.sh "$arch" "$cache/root-$arch" "$cache/parts-$arch"

rm -rf "$out"
log=$PWD/artifacts/native/$rid.log
dotnet publish src/Agent -c Release -r "$rid" -o "$out" -p:ContinuousIntegrationBuild=true \
  -p:SysRoot="$cache/root-$arch" -p:NativeParts="$cache/parts-$arch" 2>&1 | tee "$log"
if grep -E 'warning (IL|AOT)[0-9]+' "$log"; then
  echo "build.sh: the publish has trim or AOT warnings" >&2
  exit 1
fi
packaging/native/check-elf.sh "$out/npu-agent"
