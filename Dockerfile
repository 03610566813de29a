# The mocks of all vendors, or of the contract files mounted in and named as arguments.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
# Bytecode is made here, since nothing is written when the image runs.
RUN python -m venv /opt/greenroom \
    && /opt/greenroom/bin/pip install --no-cache-dir --compile -c constraints.txt '.[serve,redis]'

FROM python:3.13-slim
LABEL org.opencontainers.image.title="greenroom" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/greenroom /opt/greenroom
# A number, by which an orchestrator sees that it is not root.
USER 10001:10001
# A browser outside of the container is not on its machine: it needs a token, and signs in with the
# address that is printed at the start.
ENV PYTHONDONTWRITEBYTECODE=1 GREENROOM_CONTROL_TOKEN=generate
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --start-interval=1s \
    CMD ["/opt/greenroom/bin/greenroom", "health"]
ENTRYPOINT ["/opt/greenroom/bin/greenroom", "serve", "--host", "0.0.0.0"]
