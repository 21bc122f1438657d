#!/usr/bin/env bash
# Pin every dependency with its hashes, as pyproject.toml allows. Names no registry.
#   tools/lock.sh             keep the versions that are pinned, add and drop what changed
#   tools/lock.sh --upgrade   take the newest ones
set -euo pipefail
cd "$(dirname "$0")/.."

lock() { # output, what to resolve …
  local output=$1
  shift
  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
    --no-header --no-emit-index-url --no-emit-find-links --no-annotate \
    --output-file "$output" "$@"
}

lock requirements.txt pyproject.toml "$@"
lock requirements-dev.txt pyproject.toml --group dev --constraint requirements.txt "$@"
lock requirements-setup.txt --group setup --constraint requirements-dev.txt "$@"
lock requirements-node.txt --group node "$@"
