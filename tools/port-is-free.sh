#!/usr/bin/env bash
# Say plainly, before anything slow, that a port is taken.
set -euo pipefail
port=$1
if ! [[ $port =~ ^[0-9]+$ ]] || ((port < 1 || port > 65535)); then
  echo "PORT=$port is not a port: choose a number from 1 to 65535, for example make demo PORT=8000" >&2
  exit 2
fi
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  echo "Port $port is in use by another program. Stop it, or choose another: make demo PORT=$((port % 65535 + 1))" >&2
  exit 2
fi
