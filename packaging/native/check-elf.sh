#!/usr/bin/env bash
# check-elf.sh FILE...: every ELF file among FILEs runs on glibc 2.28 and on pages of 64 KiB, or this fails and says why.
set -euo pipefail
newest=2.28 page=0x10000
elf=0 wrong=0
complain() { echo "check-elf.sh: $1" >&2; wrong=1; }
for file in "$@"; do
  [ -f "$file" ] && [ "$(head -c 4 "$file" | tr -d '\0')" = $'\x7fELF' ] || continue
  elf=$((elf + 1))
  needs=$(llvm-readelf -V "$file" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -1)
  [ "$(printf '%s\n' "GLIBC_$newest" "$needs" | sort -V | tail -1)" = "GLIBC_$newest" ] ||
    complain "$file needs $needs, hosts have $newest: $(llvm-readelf --dyn-syms "$file" | grep -oE "[^ ]+@$needs" | tr '\n' ' ')"
  while read -r align; do
    [ $((align)) -ge $((page)) ] || complain "$file has a LOAD segment aligned to $align, less than $page"
  done < <(llvm-readelf -lW "$file" | awk '$1 == "LOAD" {print $NF}')
  echo "$file: newest symbol ${needs:-none}, libraries: $(llvm-readelf -d "$file" | sed -n 's/.*NEEDED.*\[\(.*\)\].*/\1/p' | tr '\n' ' ')"
done
[ "$elf" -gt 0 ] || complain "no ELF file among: $*"
exit "$wrong"
