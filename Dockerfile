# The mocks of all vendors, or of the contract files mounted in and named as arguments.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/greenroom \
    && /opt/greenroom/bin/pip install --no-cache-dir -c constraints.txt '.[serve]'

FROM python:3.13-slim
RUN useradd --system greenroom
COPY --from=build /opt/greenroom /opt/greenroom
USER greenroom
EXPOSE 8080
ENTRYPOINT ["/opt/greenroom/bin/greenroom", "serve", "--host", "0.0.0.0"]
