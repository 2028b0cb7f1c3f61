#!/usr/bin/env bash
# The .rpm by `rpm --root`: installed, configured, upgraded, downgraded, erased; the order of its scripts, %config(noreplace), owners
# and what stays are looked at. The root is a Debian 12 with a database of rpm: no rpm distribution can be had everywhere, so one
# package says what one would provide (glibc, shadow-utils), and Debian's files are what is there.
# Run as root after setup.sh and packaging/build.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/next-version.sh"
package=$packages/npu-agent-$version-1.x86_64.rpm
debian=${NPU_AGENT_ROOTS:-/var/tmp/npu-agent-acceptance}/debian-root
[ -e "$package" ] || { echo "no $package: run packaging/build.sh amd64 first"; exit 2; }
[ -x "$debian/usr/bin/dpkg" ] || { echo "no root in $debian; run setup.sh"; exit 2; }
work=$(mktemp -d /var/tmp/npu-agent-rpm-XXXXXX)
trap 'rm -rf "$work"' EXIT
cp -a --reflink=auto "$debian" "$work/root"
next_version rpm x86_64
after=$work/npu-agent-$next-1.x86_64.rpm

inside() { chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"; }
rpm_root() { rpm --root "$work/root" --dbpath /var/lib/rpm "$@"; }
owner() { inside stat -c '%U:%G %a' "$1"; }
expect() { [ "$2" = "$3" ] || die "$1: expected '$2', found '$3'"; }
# The scripts as rpm ran them, in its order: pre, post, preun, postun.
order() { sed -nE 's/.*(%[a-z]+)\(npu-agent-([0-9.]+)-.*: scriptlet start.*/\1 \2/p' "$work/rpm.log" | sed 's/prein/pre/' | tr '\n' ','; }
change() { rpm_root -vv "$@" > "$work/rpm.log" 2>&1 || { grep -v '^D:' "$work/rpm.log"; die "rpm $*"; }; ! grep -qiE 'scriptlet failed|^error|warning: .*script' "$work/rpm.log" || { grep -iE 'scriptlet|^error|warning' "$work/rpm.log"; die "rpm $* said so"; }; }

cat > "$work/host.spec" <<SPEC
Name: host
Version: 1
Release: 1
Summary: What an rpm distribution with glibc 2.28 provides
License: MIT
BuildArch: noarch
Provides: glibc = 2.28, shadow-utils = 4.8, /bin/sh
%description
Stands for the distribution.
%files
SPEC
rpmbuild -bb --quiet --define "_topdir $work/host" "$work/host.spec" > /dev/null
rpm_root --initdb
! rpm_root -i "$package" 2> "$work/rpm.log" || die "it installs where glibc is not"
grep -q 'glibc >= 2.28 is needed' "$work/rpm.log" || { cat "$work/rpm.log"; die "the missing glibc is not named"; }
rpm_root -i "$work"/host/RPMS/noarch/host-*.rpm

change -i "$package"
expect "scripts of the installation" "%pre $version,%post $version," "$(order)"
inside npu-agent --version
expect "owner of the configuration" "root:npu-agent 640" "$(owner /etc/npu-agent/agent.yaml)"
expect "owner of its folder" "root:npu-agent 750" "$(owner /etc/npu-agent)"
expect "owner of the state" "npu-agent:npu-agent 750" "$(owner /var/lib/npu-agent)"
expect "owner of the engines' home" "npu-engine:npu-engine 750" "$(owner /var/lib/npu-engine)"
expect "owner of the engines' logs" "npu-agent:npu-engine 2750" "$(owner /var/log/npu-engine)"
expect "groups of the engines" "npu-engine" "$(inside id -nG npu-engine)"
inside npu-agent config validate > "$work/validate.log" 2>&1 || { cat "$work/validate.log"; die "the installed configuration is not valid"; }
rpm_root -V npu-agent || die "rpm -V finds other files than it installed"
say "installed: $(order)"

echo "# of this host" >> "$work/root/etc/npu-agent/agent.yaml"
echo evidence > "$work/root/var/lib/npu-agent/bundle"
change -U "$after"
expect "scripts of the upgrade" "%pre $next,%post $next,%preun $version,%postun $version," "$(order)"
grep -q "of this host" "$work/root/etc/npu-agent/agent.yaml" || die "the upgrade replaced the configuration"
grep -q "next version" "$work/root/etc/npu-agent/agent.yaml.rpmnew" || die "the new default is not beside the configuration"
say "upgraded to $next: $(order) the configuration is kept"

rm "$work/root/etc/npu-agent/agent.yaml.rpmnew"
change -U --oldpackage "$package"
grep -q "of this host" "$work/root/etc/npu-agent/agent.yaml" || die "the downgrade replaced the configuration"
inside npu-agent --version > /dev/null
say "downgraded to $version: $(order) the configuration is kept"

change -e npu-agent
expect "scripts of the removal" "%preun $version,%postun $version," "$(order)"
[ ! -e "$work/root/usr/bin/npu-agent" ] || die "the program is still there"
grep -q "of this host" "$work/root/etc/npu-agent/agent.yaml.rpmsave" || die "the configuration is not saved"
[ -e "$work/root/var/lib/npu-agent/bundle" ] || die "the removal took the state"
say "erased: $(order) configuration and state stay"
echo "OK"
