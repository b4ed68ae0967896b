#!/usr/bin/env bash
# Sets up what the build and the candidates need, and says nothing where nothing is missing. See tools/README.md.
#
#   tools/setup.sh [auto|cpu|cuda]    what TOUCHSTONE_PYTHON must be able to use (auto: the CPU, and a GPU if any)
#
# Executed it prints the Python; sourced it sets touchstone_python, touchstone_top and touchstone_cache.
# Exit code 4: something is lacking that this script cannot install; what to do is said.
set -euo pipefail
# shellcheck source=tools/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"
# shellcheck source=tools/setup/packages.sh
. "$touchstone_top/tools/setup/packages.sh"
# shellcheck source=tools/setup/python.sh
. "$touchstone_top/tools/setup/python.sh"
# shellcheck source=tools/setup/grammar.sh
. "$touchstone_top/tools/setup/grammar.sh"

touchstone_device=auto
if [ "${BASH_SOURCE[0]}" = "$0" ]; then touchstone_device=${1:-auto}; fi
case $touchstone_device in
  auto | cpu | cuda) ;;
  *) say "unknown device '$touchstone_device': auto, cpu or cuda"; exit 2 ;;
esac

install_packages
mkdir -p "$touchstone_cache" || lacking "cannot make $touchstone_cache" "set XDG_CACHE_HOME to a folder you may write"
prepare_python
have_grammar || locked grammar fetch_grammar "$touchstone_python"
if [ "${BASH_SOURCE[0]}" = "$0" ]; then printf '%s\n' "$touchstone_python"; fi
