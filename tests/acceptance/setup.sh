#!/usr/bin/env bash
# Installs what the scripts beside this one need, on Debian or Ubuntu. Run as root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# A C compiler and the kernel's headers (stuck-child.sh), curl for metrics.
apt-get install -q -y --no-install-recommends gcc libc6-dev linux-libc-dev curl
