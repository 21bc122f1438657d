#!/usr/bin/env bash
# Every check, one section each; all of them run, and the exit status says whether all passed.
# On a set-up checkout; `make test` sets up first.
#
# SQLite has all the tests. PostgreSQL has those that ask the database: pytest-django refuses it to
# the others, so that another one cannot change what they say (`-m database`, tests/conftest.py).
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
# Where this is set, every process of the tests compiles Django anew.
unset PYTHONDONTWRITEBYTECODE

failed=()
section() { # title, command …
  local title=$1 started=$SECONDS
  shift
  printf '\n\033[1m=== %s\033[0m\n' "$title"
  if "$@"; then
    printf -- '--- %s: passed in %s s\n' "$title" "$((SECONDS - started))"
  else
    printf -- '--- %s: FAILED after %s s\n' "$title" "$((SECONDS - started))"
    failed+=("$title")
  fi
}

style() { ruff check && ruff format --check; }
templates() { git ls-files -z 'src/*.html' | xargs -0 -r djade --target-version 5.2 --check; }
tests=(python -m pytest -q -n 2 --dist worksteal)

section 'Style' style
section 'Types' mypy
section 'Layers' lint-imports --no-cache
section 'Templates' templates
section 'Scripts' python tools/frontend.py lint
section 'Tests on SQLite' "${tests[@]}" -m 'not browser'
section 'Tests on PostgreSQL' tools/with-postgresql.sh "${tests[@]}" -m 'database and not browser'
section 'Journeys in the browser' "${tests[@]}" -m browser

printf '\n'
if ((${#failed[@]})); then
  printf 'FAILED: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
printf 'Everything passed in %s s\n' "$SECONDS"
