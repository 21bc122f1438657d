#!/usr/bin/env bash
# Every check, one section each; all of them run, and the exit status says whether all passed.
# On a set-up checkout; `make test` sets up first.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

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
house() { python -m pytest -q -p no:randomly tests/test_architecture.py tests/wording; }
on_sqlite() { python -m pytest -q -n 2 -m 'not browser'; }
on_postgresql() { tools/with-postgresql.sh python -m pytest -q -n 2 -m 'not browser'; }
in_browser() { python -m pytest -q -m browser; }

section 'Style' style
section 'Types' mypy
section 'Layers' lint-imports --no-cache
section 'Templates' templates
section 'Scripts' python tools/frontend.py lint
section 'House rules and phrases' house
section 'Tests on SQLite' on_sqlite
section 'Tests on PostgreSQL' on_postgresql
section 'Journeys in the browser' in_browser

printf '\n'
if ((${#failed[@]})); then
  printf 'FAILED: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
printf 'Everything passed in %s s\n' "$SECONDS"
