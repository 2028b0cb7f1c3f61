#!/usr/bin/env bash
# root.sh ARCH ROOT: a system root to link against, for arm64 or amd64.
# A program asks for the newest version of each glibc symbol that it was linked against. Hosts have glibc 2.28; bullseye
# (2.31) is the oldest Debian with packages for both architectures, and only its libm is too new: see libm.c.
set -euo pipefail
arch=$1 root=$2
# The libraries and headers that the link and SQLite see, nothing else of the distribution.
packages=(libc6 libc6-dev libgcc-10-dev libgcc-s1 linux-libc-dev zlib1g zlib1g-dev)
[ -e "$root/complete" ] && exit 0

work=$root.work
rm -rf "$root" "$work"
mkdir -p "$root"
echo "root of bullseye $arch in $root"
include=$(IFS=,; echo "${packages[*]}")
debootstrap --arch="$arch" --foreign --variant=minbase --include="$include" bullseye "$work" ${MIRROR:-} > "$root.log" 2>&1 ||
  { tail -5 "$root.log" >&2; echo "root.sh: debootstrap failed, see $root.log; MIRROR names another mirror" >&2; exit 1; }
for package in "${packages[@]}"; do
  dpkg-deb -x "$work"/var/cache/apt/archives/"$package"_*.deb "$root"
done
rm -rf "$work"

# Links to /lib/... would lead out of the root, and the linker would take the static library beside them.
find "$root" -type l -lname '/*' | while read -r link; do
  ln -sfn "$root$(readlink "$link")" "$link"
done
touch "$root/complete"
