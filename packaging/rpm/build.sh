#!/usr/bin/env bash
# build.sh TREE ARCH VERSION OUTPUT: the .rpm of a staged tree. The same tree and SOURCE_DATE_EPOCH make the same bytes.
set -euo pipefail
staged=$1 arch=$2 version=$3 output=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$staged.rpm tree=$staged.rpm/tree
rm -rf "$work"
mkdir -p "$work"
cp -a "$staged" "$tree"
install -D -m 0644 "$here/../../artifacts/pages/npu-agent.zsh" "$tree/usr/share/zsh/site-functions/_npu-agent"
install -D -m 0644 "$here/../../LICENSE" "$tree/usr/share/licenses/npu-agent/LICENSE"
install -m 0644 "$here/../../CHANGELOG.md" "$tree/usr/share/doc/npu-agent/CHANGELOG.md"
mkdir -p "$tree"/var/{lib,log}/npu-{agent,engine}
find "$tree" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

# Names of manual pages end in * so that a host may compress them its own way.
(cd "$tree" && find usr -type f -not -path 'usr/share/doc/*' -not -path 'usr/share/licenses/*' | sort | sed 's#^#/#; s#\.gz$#*#') > "$work/files"
# In a spec file a % is a macro.
sed 's/%/%%/g' "$here/../scriptlets.sh" > "$work/scriptlets"
sed -n 's/%/%%/g; /^- \[/p' "$here/../../CHANGELOG.md" > "$work/changes"
sed -e "s#@VERSION@#$version#; s#@TREE@#$tree#; s#@MAINTAINER@#$MAINTAINER#; s#@DATE@#$(date -u -d "@$SOURCE_DATE_EPOCH" "+%a %b %d %Y")#" \
  -e "/^@SCRIPTLETS@/{r $work/scriptlets
d}" -e "/^@CHANGES@/{r $work/changes
d}" -e "/^@FILES@/{r $work/files
d}" "$here/npu-agent.spec.in" > "$work/npu-agent.spec"
rpmbuild -bb --quiet --target "$arch-linux" --define "_topdir $work" --define "_rpmdir $work/rpms" "$work/npu-agent.spec"
mv "$work"/rpms/"$arch"/npu-agent-*.rpm "$output/"
rm -rf "$work"
