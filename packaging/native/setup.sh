#!/usr/bin/env bash
# Installs what the native build and the packages need on Debian 12. The .NET SDK and npm have to be there.
set -euo pipefail
for program in dotnet npm; do
  command -v "$program" > /dev/null || { echo "setup.sh: $program is not installed: see README.md, \"Packages\"" >&2; exit 1; }
done
needs=(clang lld llvm debootstrap rpm xz-utils lintian rpmlint)
missing=()
for package in "${needs[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
