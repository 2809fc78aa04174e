#!/usr/bin/env bash
# Starts one PostgreSQL for a command's tests, each of which makes a database of its own in it, and stops it afterwards:
#     scripts/test_postgres.sh cargo nextest run …
# It listens at a socket in a temporary folder. PostgreSQL refuses to run as root: then it runs as the packaged user.
set -euo pipefail

programs="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)"
export PATH="${programs:+$programs:}$PATH"
if ! command -v initdb >/dev/null; then
    echo "PostgreSQL is not installed: its tests start nothing and say so" >&2
    exec "$@"
fi

folder="$(mktemp -d)"
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
pg() { (cd / && "${as[@]}" "$(command -v "$1")" -D "$folder/data" "${@:2}"); }
finish() {
    pg pg_ctl stop --silent --mode immediate || true
    rm -rf "$folder"
}
trap finish EXIT

pg initdb --auth=trust --username=postgres --no-sync --encoding=UTF8 --locale=C >/dev/null
pg pg_ctl start --wait --silent --log "$folder/log" \
    --options "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c max_connections=400"
EVENLY_TEST_POSTGRES="postgres://postgres@localhost/?host=$folder" "$@"
