#!/bin/sh
# Create .venv with every extra at the exact versions of constraints.txt.
set -eu
PYTHON=${PYTHON:-python3}
if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "greenroom needs Python 3.11 or newer; $PYTHON is $("$PYTHON" -V 2>&1)." >&2
    echo "Point at another one: make install PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Creating .venv ..."
    "$PYTHON" -m venv --clear .venv
fi
echo "Installing greenroom and its tools into .venv ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
.venv/bin/uv pip install --quiet --python .venv/bin/python -c constraints.txt -b constraints.txt -e '.[all]' --group dev
