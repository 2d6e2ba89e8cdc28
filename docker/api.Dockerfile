# syntax=docker/dockerfile:1
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches are no part of the layer, so the binary is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,id=songjiao-target,sharing=locked \
    cargo build --profile server --locked --package songjiao-api --bin songjiao \
    && cp target/server/songjiao /usr/local/bin/songjiao

FROM debian:bookworm-slim
# ca-certificates for calls to other systems, curl for the health check.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home songjiao \
    && install --directory --owner=songjiao --mode=0700 /var/lib/songjiao
COPY --from=build /usr/local/bin/songjiao /usr/local/bin/songjiao
USER songjiao
WORKDIR /var/lib/songjiao
ENV SONGJIAO_DATA_DIR=/var/lib/songjiao SONGJIAO_LISTEN=0.0.0.0:8080
VOLUME /var/lib/songjiao
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD curl --fail --silent --show-error --output /dev/null http://127.0.0.1:8080/health/ready
ENTRYPOINT ["songjiao"]
CMD ["serve"]
