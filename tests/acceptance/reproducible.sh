#!/usr/bin/env bash
# reproducible.sh [arm64|amd64]...: builds the packages of HEAD twice, in two checkouts at other paths, with roots and parts of
# their own, in another time zone and with another umask. The same bytes have to come out. Run as root (debootstrap); takes
# ten minutes and more. NPU_AGENT_PACKAGES names packages of HEAD that were built already: they take the place of the first build.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
work=$(mktemp -d /var/tmp/npu-agent-reproducible-XXXXXX)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
unset NPU_AGENT_NATIVE

build() { # PLACE [ARCH]...
    local place=$1
    shift
    git clone -q "$root" "$place"
    "$place/packaging/build.sh" "$@" > "$place.log" 2>&1 || { tail -20 "$place.log"; exit 1; }
}

first=${NPU_AGENT_PACKAGES:-$work/one/artifacts/packages}
[ -n "${NPU_AGENT_PACKAGES:-}" ] || build "$work/one" "$@"
mkdir -p "$work/quite/another/place"
(umask 077; export TZ=Asia/Shanghai LC_ALL=C.UTF-8; build "$work/quite/another/place/checkout" "$@")

cat "$work/quite/another/place/checkout/artifacts/packages/SHA256SUMS"
(cd "$first" && sha256sum --check "$work/quite/another/place/checkout/artifacts/packages/SHA256SUMS") ||
    { echo "two builds of $(git -C "$root" rev-parse --short HEAD) differ: unpack both files (dpkg-deb -R, rpm2cpio) and diff -r them"; exit 1; }
echo "OK"
