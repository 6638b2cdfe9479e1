#!/bin/sh
# Everything a machine can say about the code without running it. All parts run, also behind one that failed.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"
failed=''

check() {
  name=$1
  shift
  printf '%s … ' "$name"
  if found=$("$@" 2>&1); then
    echo ok
  else
    failed="$failed $name,"
    printf 'FAILED\n%s\n\n' "$found"
  fi
}

# What the demo is written against.
check client sh scripts/client.sh
folders='apps libs test'
[ ! -d bench ] || folders="$folders bench"

check types tsc --noEmit
check imports depcruise $folders
# Values must be used outside their file or inside it; types must too, but what a contract or an index names may be there for readers.
check 'dead code' ts-unused-exports tsconfig.json --ignoreLocallyUsed --allowUnusedTypes --silent
check 'dead types' ts-unused-exports tsconfig.json --ignoreLocallyUsed --silent '--excludePathsFromReport=/index\.ts$;/contract\.ts$'
check rules eslint --max-warnings 0 .
check format prettier --log-level warn --check '**/*.{ts,js,mjs,json}'

[ -z "$failed" ] || { echo "Failed:${failed%,}"; exit 1; }
