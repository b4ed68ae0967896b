# shellcheck shell=bash disable=SC2034  # its variables are for those who source it
# What the set-up scripts share. Sourced; sets the cache folder and a few helpers, does nothing else.
touchstone_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
touchstone_cache="${XDG_CACHE_HOME:-$HOME/.cache}/touchstone"

say() { printf '%s\n' "touchstone: $*" >&2; }

# Ends the program with 4, the exit code of a lacking environment: what is wrong, then what to do about it.
lacking() {
  say "$1"
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 4
}

# Runs the rest of its arguments while holding a lock, so that two checkouts do not make the same thing at once.
locked() {
  local name=$1
  shift
  mkdir -p "$touchstone_cache" ||
    lacking "cannot make the folder $touchstone_cache" "set XDG_CACHE_HOME to a folder you may write"
  (
    if ! flock -n 9; then
      say "another set-up is at work ($touchstone_cache/$name.lock): waiting for it"
      flock 9
    fi
    "$@"
  ) 9>"$touchstone_cache/$name.lock"
}
