#!/bin/sh
# Write constraints.txt: one exact version for every package, good for Python 3.11 to 3.13.
set -eu
header='# Exact versions for Python 3.11 to 3.13, written by `make lock`. Change pyproject.toml instead.'
pins=$(echo uv | .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    pyproject.toml --extra all --group dev --group browser -)
printf '%s\n%s\n' "$header" "$pins" > constraints.txt
