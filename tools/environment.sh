#!/usr/bin/env bash
# Make .venv with a Python that is new enough, and put the pinned uv and hatchling into it.
set -euo pipefail
cd "$(dirname "$0")/.."

is_new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
  local name
  for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null && "$name" -c "$is_new_enough" 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "Python 3.11 or newer was not found. Install it (Debian: apt-get install python3 python3-venv)." >&2
  return 1
}

if ! .venv/bin/python -c "$is_new_enough" 2>/dev/null; then
  python=$(find_python)
  rm -rf .venv
  # Debian keeps the part that makes environments in a package of its own.
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    tools/system-packages.sh python3-venv
  fi
  "$python" -m venv .venv
fi

# pip may be set to a mirror; uv does not read pip's settings, so it is told.
if [[ -z ${UV_DEFAULT_INDEX:-} ]]; then
  index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
  if [[ -n $index ]]; then
    printf '[[index]]\nurl = "%s"\ndefault = true\n' "$index" >.venv/uv.toml
  fi
fi

.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  --require-hashes -r requirements-setup.txt
