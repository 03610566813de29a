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
# Bytecode is compiled here because where PYTHONDONTWRITEBYTECODE is set, as containers and CI like
# to, every start would compile several hundred modules again.
unset PYTHONDONTWRITEBYTECODE
.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python \
    -c constraints.txt -b constraints.txt -e '.[all]' --group dev
.venv/bin/python -m compileall -q mocks generated contract_tests/greenroom_contracts
