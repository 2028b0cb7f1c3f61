# What both kinds of package do around their files. Pasted in front of the maintainer scripts of the .deb and the
# scriptlets of the .rpm, so that the two do the same. Nothing here needs a running systemd: images are built in a chroot.
unit=npu-agent.service

have() { command -v "$1" > /dev/null 2>&1; }
live() { [ -d /run/systemd/system ] && have systemctl; }

# Never deleted again: files of the account may lie anywhere, and the next account would get its number.
accounts() {
  # The agent, and whom its engines are.
  for account in npu-agent npu-engine; do
    getent group $account > /dev/null || groupadd --system $account
    getent passwd $account > /dev/null ||
      useradd --system --gid $account --home-dir /var/lib/$account --no-create-home --shell /usr/sbin/nologin --comment $account $account
  done
}

# joins ACCOUNT GROUP...: those of the groups that are there
joins() {
  account=$1
  shift
  for group in "$@"; do
    if getent group $group > /dev/null; then usermod --append --groups $group $account; fi
  done
}

# installed first|again
installed() {
  accounts
  # The driver's group is what npu-smi and the chips ask for, that of the journal what the kernel log asks for; npu-engine lets the agent
  # read what engines write. The engines' user is in no group of the agent's.
  joins npu-agent HwHiAiUser systemd-journal npu-engine
  joins npu-engine HwHiAiUser
  # systemd-tmpfiles refuses where /proc is not mounted.
  if ! have systemd-tmpfiles || ! systemd-tmpfiles --create npu-agent.conf 2> /dev/null; then
    install -d -m 0750 -o npu-agent -g npu-agent /var/lib/npu-agent /var/log/npu-agent
    install -d -m 0750 -o npu-engine -g npu-engine /var/lib/npu-engine
    install -d -m 2750 -o npu-agent -g npu-engine /var/log/npu-engine
  fi
  if live; then systemctl daemon-reload; fi
  if [ "$1" = first ]; then
    # Later on owner and mode are what the host's people made them.
    chgrp npu-agent /etc/npu-agent /etc/npu-agent/agent.yaml
    if have systemctl; then systemctl preset $unit > /dev/null 2>&1 || :; fi
    echo "npu-agent is installed and does not run yet. Next:"
    echo "  1. fill in 'engines' in /etc/npu-agent/agent.yaml, and begin with 'mode: observe'"
    echo "  2. npu-agent config validate && npu-agent check"
    echo "  3. systemctl enable --now npu-agent"
  elif live; then
    systemctl try-restart $unit || :
  fi
}

removing() {
  if live; then
    systemctl disable --now $unit > /dev/null 2>&1 || :
  elif have systemctl; then
    systemctl disable $unit > /dev/null 2>&1 || :
  fi
}

removed() {
  if live; then systemctl daemon-reload || :; fi
}

