# Any of Slipway's processes: `node dist/apps/<standalone|api|processor|worker>/main.js`. Data in /data.
FROM node:20.20.2-bookworm-slim AS production
WORKDIR /slipway
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM production AS build
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production SLIPWAY_DATA_DIR=/data HTTP_PORT=3000
WORKDIR /slipway
# Volumes take over who owns these.
RUN install -d -o node -g node -m 700 /data /key
COPY --from=production /slipway/node_modules node_modules
COPY --from=build /slipway/dist dist
COPY package.json ./
USER node
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/standalone/main.js"]
