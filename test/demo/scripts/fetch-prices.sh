# The wholesaler never picks up at the first call.
set -eu
if [ "$SLIPWAY_ATTEMPT" = 1 ]; then
  echo 'the wholesaler does not answer' >&2
  exit 1
fi
echo 'the prices are of today'
