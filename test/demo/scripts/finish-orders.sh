# Nobody's order may be cut off: waits while the file says that one is being paid.
set -eu
while [ -e "$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT/orders-open" ]; do sleep 0.1; done
echo 'no order is open'
