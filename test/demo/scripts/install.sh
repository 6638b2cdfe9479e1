# Unpacks the archive into a folder of this deployment, and writes the shop's configuration.
set -eu
folder="$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT/$SLIPWAY_DEPLOYMENT"
mkdir -p "$folder"
tar -C "$folder" -xzf "$SLIPWAY_VAR_SITE/$SLIPWAY_ENVIRONMENT/shop.tgz"
cat > "$folder/shop.conf" <<END
version=$SLIPWAY_RELEASE
environment=$SLIPWAY_ENVIRONMENT
greeting=$SLIPWAY_VAR_GREETING
port=$SLIPWAY_VAR_PORT
END
echo "installed into $folder"
