#!/usr/bin/env bash
# Fetches TritonBench, which the tritonbench suite reads, at the commit that the suite was written for (Apache-2.0).
#   export TOUCHSTONE_TRITONBENCH="$(tools/fetch_tritonbench.sh [FOLDER])"    it prints the folder
set -euo pipefail
# shellcheck source=tools/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"
source_url=https://github.com/thunlp/TritonBench
commit=603e28a5050e8c268f6883a69709d477a272d49a
folder=${1:-$touchstone_cache/tritonbench}

command -v git >/dev/null || lacking "git is missing" "apt-get install git"
at=$(git -C "$folder" rev-parse --verify -q HEAD 2>/dev/null || true)
if [ "$at" != "$commit" ] || [ ! -f "$folder/.git/touchstone_complete" ]; then
  if [ -e "$folder" ] && [ ! -d "$folder/.git" ] && [ -n "$(ls -A "$folder" 2>/dev/null)" ]; then
    lacking "$folder exists and is no clone" "name another folder: tools/fetch_tritonbench.sh FOLDER"
  fi
  say "fetching $source_url at ${commit:0:12} into $folder"
  git init -q "$folder"
  git -C "$folder" fetch -q --depth 1 "$source_url" "$commit" >&2 ||
    lacking "git could not fetch $commit from $source_url" "check the network, then run this again" \
      "or clone it elsewhere, check that commit out and set TOUCHSTONE_TRITONBENCH to the folder"
  git -C "$folder" -c advice.detachedHead=false checkout -q FETCH_HEAD
  touch "$folder/.git/touchstone_complete"
fi
(cd "$folder" && pwd)
