#!/usr/bin/env bash
# Install those Debian packages of the list that are missing; where that is not possible, say what to do.
set -euo pipefail

# What stands for a package where it may have been installed in another way.
is_there() {
  case $1 in
    chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null ;;
    postgresql) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/1[5-9]/bin/initdb' >/dev/null ;;
    fonts-noto-cjk) command -v fc-list >/dev/null && fc-list :lang=zh | grep -q . ;;
    *) dpkg-query --show --showformat '${Status}' "$1" 2>/dev/null | grep -q 'ok installed' ;;
  esac
}

missing=()
for package in "$@"; do
  is_there "$package" || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  as_root=(sudo)
fi
if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! command -v sudo >/dev/null; }; then
  echo "These are needed and could not be installed from here: ${missing[*]}" >&2
  echo "Install them with your system's package manager (Debian: apt-get install ${missing[*]}), then run the same command again." >&2
  exit 1
fi

printf '\033[1m==>\033[0m %s\n' "System packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "These could not be installed: ${missing[*]}. Install them (apt-get install ${missing[*]}), then run the same command again." >&2
  exit 1
fi
