#!/usr/bin/env bash
# The .deb in a Debian 12 that is only a folder: in one without systemd at all, then in one where systemd is there and does not
# run. Installed, configured, upgraded, removed, installed again and purged; what is kept and what goes is looked at after each.
# Run as root after setup.sh and packaging/build.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/next-version.sh"
package=$(echo "$packages"/npu-agent_"$version"_amd64.deb)
[ -e "$package" ] || { echo "no $package: run packaging/build.sh amd64 first"; exit 2; }
folder=${NPU_AGENT_ROOTS:-/var/tmp/npu-agent-acceptance}
work=$(mktemp -d /var/tmp/npu-agent-deb-XXXXXX)
trap 'rm -rf "$work"' EXIT
next_version deb amd64

inside() { chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }
dpkg_inside() { inside dpkg --force-confold "$@" < /dev/null > "$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; die "dpkg $*"; }; }
owner() { inside stat -c '%U:%G %a' "$1"; }
expect() { [ "$2" = "$3" ] || die "$1: expected '$2', found '$3'"; }
# Asked inside: /var/run is a link to /run, which from outside is this machine's own.
gone() { for path in "$@"; do inside test ! -e "$path" || die "$path is still there"; done; }
files() { (cd "$work/root" && find . -xdev \( -path ./var/lib/dpkg -o -path ./proc -o -path ./var/log \) -prune -o -print | sort); }

play() {
    say "$1: $(inside dpkg --print-architecture), systemd $([ -e "$work/root/lib/systemd/systemd" ] && echo "is there and does not run" || echo "is not there")"
    cp "$package" "$work/npu-agent_${next}_amd64.deb" "$work/root/tmp/"
    files > "$work/before"
    dpkg_inside --install "/tmp/$(basename "$package")"
    inside npu-agent --version
    expect "owner of the configuration" "root:npu-agent 640" "$(owner /etc/npu-agent/agent.yaml)"
    expect "owner of its folder" "root:npu-agent 750" "$(owner /etc/npu-agent)"
    expect "owner of the state" "npu-agent:npu-agent 750" "$(owner /var/lib/npu-agent)"
    expect "owner of the engines' home" "npu-engine:npu-engine 750" "$(owner /var/lib/npu-engine)"
    expect "owner of the engines' logs" "npu-agent:npu-engine 2750" "$(owner /var/log/npu-engine)"
    expect "groups of the agent" "npu-agent npu-engine" "$(inside id -nG npu-agent | tr ' ' '\n' | grep -x 'npu-.*' | tr '\n' ' ' | sed 's/ $//')"
    expect "groups of the engines" "npu-engine" "$(inside id -nG npu-engine)"
    expect "shell of the account" /usr/sbin/nologin "$(inside getent passwd npu-agent | cut -d: -f7)"
    gone /etc/systemd/system/multi-user.target.wants/npu-agent.service
    # The sample is what config validate calls it: without an engine, which is told.
    inside npu-agent config validate > "$work/validate.log" 2>&1 || { cat "$work/validate.log"; die "the installed configuration is not valid"; }

    echo "# of this host" >> "$work/root/etc/npu-agent/agent.yaml"
    chmod 0600 "$work/root/etc/npu-agent/agent.yaml"
    echo ENGINE=1 > "$work/root/etc/npu-agent/engine.env"
    echo evidence > "$work/root/var/lib/npu-agent/bundle"
    dpkg_inside --install "/tmp/npu-agent_${next}_amd64.deb"
    expect "version" "$next" "$(inside dpkg-query -W -f '${Version}' npu-agent)"
    grep -q "of this host" "$work/root/etc/npu-agent/agent.yaml" || die "the upgrade replaced the configuration"
    expect "mode of the configuration after the upgrade" "root:npu-agent 600" "$(owner /etc/npu-agent/agent.yaml)"
    grep -q "next version" "$work/root/etc/npu-agent/agent.yaml.dpkg-dist" || die "the new default is not beside the configuration"
    dpkg_inside --install "/tmp/$(basename "$package")"
    expect "version after the downgrade" "$version" "$(inside dpkg-query -W -f '${Version}' npu-agent)"
    grep -q "of this host" "$work/root/etc/npu-agent/agent.yaml" || die "the downgrade replaced the configuration"
    say "upgraded to $next and back: the configuration is kept"

    dpkg_inside --remove npu-agent
    gone /usr/bin/npu-agent /usr/lib/systemd/system/npu-agent.service
    [ -e "$work/root/etc/npu-agent/agent.yaml" ] && [ -e "$work/root/var/lib/npu-agent/bundle" ] || die "removal took configuration or state"
    dpkg_inside --install "/tmp/$(basename "$package")"
    grep -q "of this host" "$work/root/etc/npu-agent/agent.yaml" || die "the configuration did not survive removal"
    say "removed: configuration and state stay, and are taken up again"

    dpkg_inside --purge npu-agent
    gone /etc/npu-agent/agent.yaml /var/{lib,log,run}/npu-{agent,engine}
    # The account stays on purpose, and what dpkg never knew of.
    files | diff "$work/before" - | grep '^[<>]' | grep -vE '> \./etc/(npu-agent(/engine\.env|)|(passwd|group|shadow|gshadow)-|subuid-|subgid-)$' > "$work/left" || true
    [ ! -s "$work/left" ] || { cat "$work/left"; die "the purge left or took something"; }
    [ -e "$work/root/etc/npu-agent/engine.env" ] || die "the purge took a file that is not the package's"
    say "purged: state is gone, nothing else is"
}

for name in debian-root systemd-root; do
    [ -x "$folder/$name/usr/bin/dpkg" ] || { echo "no root in $folder/$name; run setup.sh"; exit 2; }
    cp -a --reflink=auto "$folder/$name" "$work/root"
    play "$name"
    rm -rf "$work/root"
done
echo "OK"
