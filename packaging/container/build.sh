#!/usr/bin/env bash
# build.sh [arm64|amd64] [IMAGE]: the agent as a container image: the program, the C library's files that it asks for, an account, an
# empty folder for each thing that is mounted, and nothing else: no shell, no package manager. From what packaging/build.sh left
# in artifacts/ (stage-ARCH, and the root that the program is linked against). Needs podman; no network, no registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
arch=${1:-amd64}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
image=${2:-localhost/npu-agent:$version-$arch}
case $arch in
  arm64) libraries=lib/aarch64-linux-gnu loader=lib/ld-linux-aarch64.so.1 ;;
  amd64) libraries=lib/x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2 ;;
  *) echo "build.sh: architecture '$arch' is not known; arm64 or amd64" >&2; exit 2 ;;
esac
stage=artifacts/stage-$arch root=${NPU_AGENT_NATIVE:-artifacts/native}/root-$arch
[ -d "$stage" ] && [ -e "$root/complete" ] || { echo "build.sh: no $stage or $root; run packaging/build.sh $arch first" >&2; exit 2; }
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
umask 022

install -D -m 0755 "$stage/usr/bin/npu-agent" "$tree/usr/bin/npu-agent"
install -D -m 0644 "$stage/usr/share/doc/npu-agent/sbom.cdx.json" "$tree/usr/share/doc/npu-agent/sbom.cdx.json"
install -D -m 0755 "$root/$loader" "$tree/$loader"
for name in $(llvm-readelf -d "$stage/usr/bin/npu-agent" | sed -n 's/.*NEEDED.*\[\(lib.*\)\].*/\1/p'); do
  install -D -m 0755 "$root/$libraries/$name" "$tree/$libraries/$name"
done
packaging/native/check-elf.sh "$tree/usr/bin/npu-agent" > /dev/null
mkdir -p "$tree"/{dev,etc/npu-agent,proc,run/npu-agent,sys,tmp,usr/local/bin,usr/local/Ascend/driver} "$tree"/var/{lib,log}/npu-agent
chmod 1777 "$tree/tmp"
echo "root:x:0:0:root:/:/usr/sbin/nologin" > "$tree/etc/passwd"
echo "root:x:0:" > "$tree/etc/group"
find "$tree" -exec touch -hd "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" {} +
tar -C "$tree" --sort=name --numeric-owner --owner=0 --group=0 -c . |
  podman import --arch "$arch" --change 'ENTRYPOINT ["/usr/bin/npu-agent"]' --change 'CMD ["run"]' --change 'ENV container=oci' - "$image" > /dev/null
echo "$image: $(du -sh --apparent-size "$tree" | cut -f1), $(find "$tree" -type f | wc -l) files"
