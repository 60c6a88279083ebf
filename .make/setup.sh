#!/bin/sh
# Leaves .venv/bin/workbench, from uv.lock. Uses the uv on the PATH, or puts one into .uv.
set -eu
cd "$(dirname "$0")/.."

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

bootstrap_uv() {
    python=$(find_python) || {
        echo "make setup needs Python 3.11 or newer, or uv, on the PATH." >&2
        exit 1
    }
    echo "No uv on the PATH: putting uv ${UV_VERSION}.* into .uv with $python" >&2
    # Debian splits venv from Python; pip alone is enough, then.
    rm -rf .uv
    if "$python" -m venv .uv >/dev/null 2>&1; then
        .uv/bin/python -m pip install --quiet "uv==${UV_VERSION}.*"
    else
        rm -rf .uv
        "$python" -m pip install --quiet --target .uv "uv==${UV_VERSION}.*"
    fi
}

if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    uv=uv
else
    [ -x .uv/bin/uv ] || bootstrap_uv
    uv=.uv/bin/uv
fi

# An existing .venv keeps its Python; uv fetches one where the machine has none. Compiled here, for
# workers, kernels and the two Jupyter servers write no bytecode: each would compile all it imports.
set -- sync --frozen --compile-bytecode
if [ ! -x .venv/bin/python ] && python=$(find_python); then
    set -- "$@" --python "$python"
fi
UV_PROJECT_ENVIRONMENT=.venv "$uv" "$@"
test -x .venv/bin/workbench
