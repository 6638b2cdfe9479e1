# Counts what is in the storehouse of an environment, unless somebody locked it.
set -eu
storehouse="$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT"
if [ -e "$storehouse/storehouse-locked" ]; then
  echo 'the storehouse is locked' >&2
  exit 1
fi
echo 'counted 3 products'
echo 'products=3' >> "$SLIPWAY_OUTPUT"
