# Asks until the shop answers as this release, at most about ten seconds.
set -u
for try in $(seq 100); do
  if curl --silent --fail --max-time 2 "http://127.0.0.1:$SLIPWAY_VAR_PORT/health" | grep -F "\"version\":\"$SLIPWAY_RELEASE\""; then
    exit 0
  fi
  sleep 0.1
done
echo "the shop does not answer as $SLIPWAY_RELEASE" >&2
cat "$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT/server.log" >&2
exit 1
