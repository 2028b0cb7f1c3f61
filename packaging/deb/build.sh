#!/usr/bin/env bash
# build.sh TREE ARCH VERSION OUTPUT: the .deb of a staged tree. The same tree and SOURCE_DATE_EPOCH make the same bytes.
set -euo pipefail
staged=$1 arch=$2 version=$3 output=$4
here=$(cd "$(dirname "$0")" && pwd)
tree=$staged.deb
rm -rf "$tree"
cp -a "$staged" "$tree"
doc=$tree/usr/share/doc/npu-agent
install -D -m 0644 "$here/../../artifacts/pages/npu-agent.zsh" "$tree/usr/share/zsh/vendor-completions/_npu-agent"

{
  printf 'npu-agent (%s) unstable; urgency=medium\n\n' "$version"
  sed -n 's/^- \[/[/p' "$here/../../CHANGELOG.md" | while read -r line; do fold -sw 74 <<< "$line" | sed '1s/^/  * /; 1!s/^/    /; s/ *$//'; done
  printf '\n -- %s  %s\n' "$MAINTAINER" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n > "$doc/changelog.gz"
{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: %s\nLicense: MIT\n' \
    "$(sed -n 's/^Copyright (c) //p' "$here/../../LICENSE")"
  sed '1,/^Copyright/d; /./!s/^/./; s/^/ /' "$here/../../LICENSE" | sed '1{/^ \.$/d}'
} > "$doc/copyright"
install -D -m 0644 "$here/lintian-overrides" "$tree/usr/share/lintian/overrides/npu-agent"

mkdir -p "$tree/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@MAINTAINER@/$MAINTAINER/; s/@SIZE@/$(du -sk --apparent-size "$staged" | cut -f1)/" "$here/control.in" > "$tree/DEBIAN/control"
echo /etc/npu-agent/agent.yaml > "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do
  { printf '#!/bin/sh\nset -e\n'; cat "$here/../scriptlets.sh" "$here/$script"; } > "$tree/DEBIAN/$script"
  chmod 0755 "$tree/DEBIAN/$script"
done
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
chmod 0644 "$tree"/DEBIAN/{control,conffiles,md5sums} "$doc"/{changelog.gz,copyright}
find "$tree" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$tree" "$output/npu-agent_${version}_$arch.deb" > /dev/null
rm -rf "$tree"
