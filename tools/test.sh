#!/usr/bin/env bash
# Set-up, build, all tests: CTest's (C++, checks), then pytest's (workers, tools). Both run, whatever the first said.
#   tools/test.sh [dev|asan]
set -euo pipefail
preset=${1:-dev}
case $preset in
  dev | asan) ;;
  *) echo "tools/test.sh: unknown preset '$preset': dev or asan" >&2; exit 2 ;;
esac
# shellcheck source=tools/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$touchstone_top"
"$touchstone_python" -c 'import pytest' 2>/dev/null ||
  lacking "$touchstone_python has no pytest, which the tests need" "$touchstone_python -m pip install pytest"
export TOUCHSTONE_PYTHON=$touchstone_python
export TOUCHSTONE_BIN=$touchstone_top/build/$preset/bin/touchstone  # what tests/cli runs

cmake --preset "$preset"
cmake --build --preset "$preset" --parallel "$(nproc)"
failed=0
ctest --preset "$preset" --parallel "$(nproc)" || failed=1
OMP_NUM_THREADS=1 "$touchstone_python" -m pytest -q tests/ || failed=1
exit $failed
