# Sourced by deb-root.sh and rpm-root.sh, which install the packages that packaging/build.sh left in artifacts/. An upgrade needs
# a second version: the same staged tree with another default configuration, packed again as 0.1.1 or what follows.
root=$(cd "$here/../.." && pwd)
packages=${NPU_AGENT_PACKAGES:-$root/artifacts/packages}
stage=${NPU_AGENT_STAGE:-$root/artifacts/stage-amd64}
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
next=${version%.*}.$((${version##*.} + 1))
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)} MAINTAINER=${MAINTAINER:-npu-agent maintainers <npu-agent@localhost>}
say() { echo "$(date +%T) $*"; }
die() { echo "FAILED: $*"; exit 1; }

next_version() { # KIND ARCH: packed into $work
    [ -d "$stage" ] || { echo "no staged tree in $stage: run packaging/build.sh amd64 first"; exit 2; }
    cp -a "$stage" "$work/tree"
    echo "# A default of the next version." >> "$work/tree/etc/npu-agent/agent.yaml"
    "$root/packaging/$1/build.sh" "$work/tree" "$2" "$next" "$work" > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
}
