#!/usr/bin/env bash
# lint.sh [FOLDER]: lintian on every .deb and rpmlint on every .rpm of FOLDER (default artifacts/packages); a warning fails.
# What is overridden is in deb/lintian-overrides and rpm/rpmlint.toml, each with its reason.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
packages=${1:-$here/../artifacts/packages}
lintian --fail-on error,warning "$packages"/*.deb 2> >(grep -v 'root privileges' >&2)
said=$(rpmlint -c "$here/rpm/rpmlint.toml" "$packages"/*.rpm)
# rpmlint's exit code knows errors alone.
! grep -E ': [EW]: ' <<< "$said" || exit 1
echo "lintian and rpmlint: clean"
