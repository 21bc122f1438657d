#!/usr/bin/env bash
# Run a command beside a PostgreSQL of its own, whose address is in OKAPI_TEST_DATABASE_URL.
# The cluster lives in a temporary folder, listens on a socket there and nowhere else, and is gone
# afterwards, however the command ends. With OKAPI_POSTGRESQL_FOLDER it lives there and stays;
# OKAPI_POSTGRESQL_SETTINGS (`shared_buffers=1GB max_wal_size=4GB`) are added to its own.
set -euo pipefail

bin=$(compgen -G '/usr/lib/postgresql/1[5-9]/bin' | sort -V | tail -n 1 || true)
bin=${bin:-$(dirname "$(command -v initdb || echo /nowhere/initdb)")}
if [[ ! -x $bin/initdb ]]; then
  echo "PostgreSQL 15 or newer was not found (Debian: apt-get install postgresql)" >&2
  exit 1
fi

kept=${OKAPI_POSTGRESQL_FOLDER:-}
folder=${kept:-$(mktemp -d "${TMPDIR:-/tmp}/okapi-postgresql.XXXXXX")}
mkdir -p "$folder"
as_owner=()
if ((EUID == 0)); then
  # PostgreSQL refuses to run as root; its package brings a user of its own.
  chown postgres: "$folder"
  as_owner=(runuser -u postgres --)
fi

mode=immediate
[[ -z $kept ]] || mode=fast
stop() {
  "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$folder/data" --mode "$mode" --silent stop || true
  [[ -n $kept ]] || rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

settings=()
for setting in ${OKAPI_POSTGRESQL_SETTINGS:-}; do
  settings+=(-c "$setting")
done

cd "$folder"
[[ -d $folder/data ]] || "${as_owner[@]}" "$bin/initdb" --pgdata "$folder/data" --username okapi --auth trust \
  --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
# Nothing here needs to survive a power cut.
"${as_owner[@]}" "$bin/pg_ctl" --pgdata "$folder/data" --silent --wait --log "$folder/log" \
  --options "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off \
-c synchronous_commit=off -c full_page_writes=off -c max_connections=200 ${settings[*]}" start >/dev/null || {
  cat "$folder/log" >&2
  exit 1
}
cd "$OLDPWD"

export OKAPI_TEST_DATABASE_URL="postgresql://okapi@/okapi?host=$folder"
"$@"
