#!/usr/bin/env bash
# Installs what the scripts beside this one need, on Debian or Ubuntu, and makes the root of a small host with systemd. Run as
# root. What is there already is left as it is.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
# A C compiler and the kernel's headers (stuck-child.sh), curl for metrics and requests; podman and runc (container-engine.sh);
# systemd-nspawn and debootstrap (systemd-engine.sh); what is measured beside (restart-latency.sh, footprint.sh); other work (busy-machine.sh);
# receivers of messages and a browser for reports (people-told.sh); Prometheus and the reading of
# YAML (dashboards.sh, kubernetes.sh).
packages=(gcc libc6-dev linux-libc-dev curl podman runc systemd-container debootstrap supervisor monit prometheus-node-exporter python3 stress-ng
    prometheus-alertmanager python3-aiosmtpd rsyslog chromium prometheus python3-yaml)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -q
    # Their own services would start beside those of the scripts.
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d.npu-agent
    chmod 755 /usr/sbin/policy-rc.d.npu-agent
    [ -e /usr/sbin/policy-rc.d ] || { mv /usr/sbin/policy-rc.d.npu-agent /usr/sbin/policy-rc.d; policy=/usr/sbin/policy-rc.d; }
    apt-get install -q -y --no-install-recommends "${missing[@]}"
    rm -f /usr/sbin/policy-rc.d.npu-agent "${policy:-}"
fi

# A script boots a copy, so this one stays as it is.
host=${NPU_AGENT_SYSTEMD_ROOT:-/var/tmp/npu-agent-acceptance/systemd-root}
if [ ! -x "$host/lib/systemd/systemd" ]; then
    mkdir -p "$host"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates,libicu72,curl bookworm "$host"
fi
if [ ! -x "$host/usr/lib/polkit-1/polkitd" ]; then
    cp /etc/resolv.conf "$host/etc/resolv.conf"
    chroot "$host" sh -c 'apt-get update -q && apt-get install -q -y --no-install-recommends polkitd'
fi

# One without systemd, for deb-root.sh and rpm-root.sh.
plain=${NPU_AGENT_ROOTS:-/var/tmp/npu-agent-acceptance}/debian-root
if [ ! -x "$plain/usr/bin/dpkg" ]; then
    mkdir -p "$plain"
    debootstrap --variant=minbase bookworm "$plain"
fi
