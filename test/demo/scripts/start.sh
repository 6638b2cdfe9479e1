# Ends the server of the deployment before, and starts this one's, which outlives the step: it leaves the step's process group (setsid).
set -eu
cd "$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT"
if [ -e server.pid ]; then
  kill "$(cat server.pid)" 2>/dev/null || true
  # Not `kill -0`: where nobody reaps it, a dead process can be signalled for ever.
  while curl --silent --max-time 1 --output /dev/null "http://127.0.0.1:$SLIPWAY_VAR_PORT/health"; do sleep 0.05; done
  rm server.pid
fi
# It writes its id itself, once it is out of the group: were the step to end before that, it would end with the step.
setsid sh -c 'echo $$ > server.pid; exec "$@"' start \
  "$SLIPWAY_VAR_NODE" "$SLIPWAY_DEPLOYMENT/server.js" "$SLIPWAY_DEPLOYMENT/shop.conf" < /dev/null > server.log 2>&1 &
while [ ! -s server.pid ]; do sleep 0.02; done
echo "started process $(cat server.pid)"
