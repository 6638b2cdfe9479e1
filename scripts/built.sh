#!/bin/sh
# Builds dist/ when there is none, or when something it was built from is newer.
set -eu
cd "$(dirname "$0")/.."
stamp=dist/.built
if [ -e "$stamp" ]; then
  # Folders count too: a file that was deleted shows there.
  newer=$(find apps libs package-lock.json nest-cli.json tsconfig.json tsconfig.build.json -newer "$stamp" \
    ! -name '*.spec.ts' ! -name '*.fixture.ts' -print -quit)
  [ -n "$newer" ] || exit 0
  echo "Building Slipway: $newer is newer than the last build …"
else
  echo 'Building Slipway: it takes some seconds …'
fi
npm run --silent build
