#!/bin/sh
# Bring the files that test_foreign_files.py and test_github_file.py serve into .node/files. Needs npm.
set -eu
if ! command -v npm >/dev/null; then
    echo "make foreign needs npm, which comes with Node.js; nothing else here does." >&2
    exit 1
fi
# Exact versions, so that the files listed as invalid stay the same.
npm install --prefix .node/files --no-audit --no-fund --loglevel=error '@readme/oas-examples@8.2.2' \
    '@octokit/openapi@23.0.2'
