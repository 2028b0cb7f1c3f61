#!/usr/bin/env bash
# stage.sh BINARY PAGES TREE: lays out the files of both kinds of package. Modes are set here, owners are root.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$1 pages=$2 tree=$3
rm -rf "$tree"
put() { install -D -m "$1" "$2" "$tree/$3"; }
zipped() { mkdir -p "$(dirname "$tree/$2")"; gzip -9n < "$1" > "$tree/$2"; chmod 0644 "$tree/$2"; }

put 0755 "$binary" usr/bin/npu-agent
# Secrets of webhooks may lie beside it: the folder is for the agent alone, which its group is set to when the package is installed.
put 0640 packaging/agent.yaml etc/npu-agent/agent.yaml
chmod 0750 "$tree/etc/npu-agent"

for file in systemd/*; do
  name=$(basename "$file")
  case $name in
    *.service | *.socket | *.timer | *.path | *.target) put 0644 "$file" "usr/lib/systemd/system/$name" ;;
    *.sysusers) put 0644 "$file" "usr/lib/sysusers.d/${name%.sysusers}.conf" ;;
    *.tmpfiles) put 0644 "$file" "usr/lib/tmpfiles.d/${name%.tmpfiles}.conf" ;;
    *.preset) put 0644 "$file" "usr/lib/systemd/system-preset/50-$name" ;;
    *.rules) put 0644 "$file" "usr/share/polkit-1/rules.d/50-$name" ;;
    *) echo "stage.sh: $file: nobody said where files of this kind go; add them to packaging/stage.sh" >&2; exit 1 ;;
  esac
done

zipped "$pages/npu-agent.1" usr/share/man/man1/npu-agent.1.gz
zipped "$pages/agent.yaml.5" usr/share/man/man5/agent.yaml.5.gz
put 0644 "$pages/npu-agent.bash" usr/share/bash-completion/completions/npu-agent
put 0644 "$pages/npu-agent.fish" usr/share/fish/vendor_completions.d/npu-agent.fish
put 0644 "$pages/sbom.cdx.json" usr/share/doc/npu-agent/sbom.cdx.json
put 0644 README.md usr/share/doc/npu-agent/README.md
put 0644 packaging/agent.yaml usr/share/doc/npu-agent/examples/agent.yaml
for file in packaging/prometheus/*.yaml packaging/grafana/*.json packaging/kubernetes/*; do
  put 0644 "$file" "usr/share/doc/npu-agent/examples/${file#packaging/}"
done
