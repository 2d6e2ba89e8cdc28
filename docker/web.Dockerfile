# syntax=docker/dockerfile:1
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,id=songjiao-web-target,sharing=locked \
    cargo xtask build-web \
    && cp -r target/dist /srv/songjiao

FROM caddy:2-alpine
COPY docker/Caddyfile /etc/caddy/Caddyfile
COPY --from=build /srv/songjiao /srv
# Caddy keeps its certificates in these.
RUN chown -R 10001:10001 /data /config
USER 10001:10001
