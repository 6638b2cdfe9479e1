# A line for the team's notice board.
echo "$SLIPWAY_RELEASE is in $SLIPWAY_ENVIRONMENT ($SLIPWAY_DEPLOYMENT)" >> "$SLIPWAY_VAR_SITE/notices.txt"
