#!/bin/sh
# Bring the JSON Schema Test Suite to .cache/json-schema-suite, where a test looks for it.
# The source distribution of jsonschema carries it; nothing of it is kept in this repository.
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
# What is fetched ignores itself.
echo '*' > "$folder/.gitignore"
echo "The suite of jsonschema $version is in $folder."
