# Packs the shop's files into one archive of this environment.
set -eu
folder="$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT"
mkdir -p "$folder"
tar -C "$SLIPWAY_VAR_SOURCE" -czf "$folder/shop.tgz" .
echo "packed $(tar -tzf "$folder/shop.tgz" | grep -c '[^/]$') files of shop $SLIPWAY_RELEASE"
echo "package=$folder/shop.tgz" >> "$SLIPWAY_OUTPUT"
