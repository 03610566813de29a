#!/bin/sh
# Bring the JSON Schema Test Suite to .cache/json-schema-suite, where a test looks for it.
# It is part of the source distribution of jsonschema; this repository has no copy.
set -eu
folder=${1:-.cache/json-schema-suite}
version=$(sed -n 's/^jsonschema==//p' constraints.txt)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps \
    --no-binary :all: --dest "$work" "jsonschema==$version"
tar -xzf "$work/jsonschema-$version.tar.gz" -C "$work"
rm -rf "$folder"
mkdir -p "$folder"
cp -R "$work/jsonschema-$version/json/tests" "$work/jsonschema-$version/json/remotes" \
    "$work/jsonschema-$version/json/LICENSE" "$folder"
# Git ignores the fetched files.
echo '*' > "$folder/.gitignore"
echo "The suite of jsonschema $version is in $folder."
