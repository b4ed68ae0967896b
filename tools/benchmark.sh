#!/usr/bin/env bash
# The figures of README, measured on this machine with the release build: tools/benchmark.sh [SECTION]…
# Sections: overhead memory add plugins measure quickstart tritonbench similarity. Default: all; the last two are left
# out without TOUCHSTONE_TRITONBENCH, and the comparison in the last without TOUCHSTONE_CODEBLEU (benchmark.py).
set -euo pipefail
# shellcheck source=tools/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$touchstone_top"
export TOUCHSTONE_PYTHON=$touchstone_python
cmake --preset release >&2
cmake --build --preset release --parallel "$(nproc)" >&2
exec "$touchstone_python" tools/benchmark.py "$@"
