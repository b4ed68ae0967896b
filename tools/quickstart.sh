#!/usr/bin/env bash
# Set-up, build, and the main job on the CPU with shipped answers: no GPU, no key. Ends with the table and the run's
# folder. Arguments are passed on to `touchstone run`.
set -euo pipefail
# shellcheck source=tools/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$touchstone_top"
export TOUCHSTONE_PYTHON=$touchstone_python

cmake --preset release >&2
cmake --build --preset release --parallel "$(nproc)" >&2
exec build/release/bin/touchstone run configs/quickstart.yaml "$@"
