#!/bin/sh
# Slipway in one process. exec: signals meant for this command reach Slipway itself.
set -eu
cd "$(dirname "$0")/.."
echo 'Slipway is starting …'
sh scripts/built.sh
exec node dist/apps/standalone/main.js "$@"
