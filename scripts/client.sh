#!/bin/sh
# Generates a typed client of the HTTP interface from its OpenAPI document, into a folder (generated/): openapi.json, source/, and client/,
# compiled as strictly as our own code. Into generated/ only when there is none, or when something it is made of is newer.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"
folder=${1:-./generated}
if [ $# -eq 0 ] && [ -e generated/client/index.js ]; then
  newer=$(find apps libs test/client scripts/client.sh package-lock.json -newer generated/client/index.js ! -name '*.spec.ts' -print -quit)
  [ -n "$newer" ] || exit 0
fi

echo 'Generating the client of the HTTP interface: it takes some seconds …'
rm -rf "$folder"
mkdir -p "$folder"
node -r ./test/support/swc-register.js test/client/write-document.ts "$folder/openapi.json"
openapi-ts --file test/client/openapi-ts.config.mjs --input "$folder/openapi.json" --output "$folder/source"
# dom: it says `BodyInit`, which only the types of a browser name.
tsc --ignoreConfig --strict --noUncheckedIndexedAccess --noImplicitOverride --module nodenext --target es2023 \
  --lib es2023,dom,dom.iterable --declaration --outDir "$folder/client" "$folder/source/index.ts"
