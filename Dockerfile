# syntax=docker/dockerfile:1
# One image for every role: the service by default, `node dist/main.js migrate` for the migrations.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/client/package.json packages/client/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/client/package.json packages/client/
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build

FROM node:24-slim
LABEL org.opencontainers.image.title="cafe-realtime" \
      org.opencontainers.image.description="Realtime backend for cafés and restaurant chains" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
# The embedded database, used when DATABASE_URL is not set, lives in /data: mount a volume there.
ENV NODE_ENV=production \
    PORT=8000 \
    DATA_DIR=/data
RUN install -d -o node -g node /data
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY drizzle drizzle
COPY web web
USER node
EXPOSE 8000
STOPSIGNAL SIGTERM
# No init is needed: the program listens to signals from its first moment on and starts no other programs.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
# docker build --build-arg VERSION=1.2.0 --build-arg REVISION=$(git rev-parse HEAD): last, so that no layer is made anew for it
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
