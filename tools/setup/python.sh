# shellcheck shell=bash disable=SC2154  # the variables of common.sh and setup.sh
# The candidates' Python. Ours lies in the cache under a key of its pins and its Python, shared by all checkouts:
#   python-<key>/           made in place under a lock (a venv cannot be moved); `complete` in it is written last
#   python -> python-<key>  the newest complete one, which the program uses where TOUCHSTONE_PYTHON is not set
pins="$touchstone_top/tools/requirements.txt"
trial="$touchstone_top/tools/setup/try_python.py"

# The distribution's own Python first: a version manager's shim changes with the folder one stands in.
base_python() {
  local python
  for python in /usr/bin/python3 python3 /usr/bin/python3.1{3,2,1} python3.1{3,2,1}; do
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$python"
      return 0
    fi
  done
  lacking "no usable Python: 3.11 to 3.13 with its venv module is needed" \
    "apt-get install python3-venv, or set TOUCHSTONE_PYTHON to a Python that has torch and triton"
}

# try_python PYTHON [DEVICE]: does it run a kernel? Tried once for the same versions on the same machine.
try_python() {
  local python=$1 device=${2:-auto} state mark
  # What the verdict depends on, read without importing anything: versions, the GPUs' device nodes, the trial itself.
  state=$("$python" -c 'import sys, os, importlib.metadata as m
print(sys.version, [m.version(name) for name in ("torch", "triton", "numpy")])
print(sorted(name for name in os.listdir("/dev") if name.startswith(("nvidia", "kfd"))))' 2>/dev/null) || state=unknown
  mark="$touchstone_cache/tried-$(printf '%s\n' "$python" "$device" "$state" | cat - "$trial" | sha256sum | cut -c1-16)"
  [ -f "$mark" ] && return 0
  say "trying $python"
  "$python" "$trial" --device "$device" >&2 || return 1
  [ "$state" = unknown ] || touch "$mark"
}

enough_room() {
  local free
  free=$(df --output=avail -k "$touchstone_cache" | tail -n 1)
  [ "$free" -ge 9000000 ] || lacking \
    "$touchstone_cache has $((free / 1048576)) GiB free; the environment and pip's downloads take 9" \
    "make room, or set XDG_CACHE_HOME (and PIP_CACHE_DIR) to a larger disk," \
    "or TOUCHSTONE_PYTHON to a Python that has torch"
}

make_environment() {
  local base=$1 folder=$2
  [ -f "$folder/complete" ] && return 0
  enough_room
  if [ -d "$folder" ]; then
    say "going on with an interrupted installation in $folder"
  fi
  "$folder/bin/python" -m pip --version >/dev/null 2>&1 || { rm -rf "$folder" && "$base" -m venv "$folder"; } ||
    lacking "could not make a Python environment in $folder" "see the message above; is python3-venv installed?"
  say "installing PyTorch and Triton into $folder: 4.7 GB on disk, some minutes"
  "$folder/bin/python" -m pip install --disable-pip-version-check -r "$pins" >&2 ||
    lacking "pip could not install $pins" "packages it has downloaded whole are kept: run this again to go on" \
      "check the network or pip's settings (python3 -m pip config list)"
  try_python "$folder/bin/python" || lacking "the environment in $folder does not work: see above" \
    "remove that folder and run this again; if it stays so, set TOUCHSTONE_PYTHON to a Python that works"
  touch "$folder/complete"
}

# Sets touchstone_python.
prepare_python() {
  local base key folder
  if [ -n "${TOUCHSTONE_PYTHON:-}" ]; then
    touchstone_python=$(command -v "$TOUCHSTONE_PYTHON") ||
      lacking "TOUCHSTONE_PYTHON=$TOUCHSTONE_PYTHON is not a program" \
        "set it to a Python, for instance /opt/venv/bin/python, or unset it"
    try_python "$touchstone_python" "$touchstone_device" ||
      lacking "TOUCHSTONE_PYTHON=$TOUCHSTONE_PYTHON cannot be used: see above" \
        "mend it as said, or unset TOUCHSTONE_PYTHON to get an environment of our own"
    return 0
  fi
  base=$(base_python) || exit $?
  key=$({ cat "$pins"; "$base" -c 'import sys; print(sys.version_info[:2], sys.prefix)'; } | sha256sum | cut -c1-12)
  folder="$touchstone_cache/python-$key"
  [ -f "$folder/complete" ] || locked "python-$key" make_environment "$base" "$folder" || exit $?
  touchstone_python="$folder/bin/python"
  # Renamed into place, so that a program that starts now sees the old or the new one.
  if [ "$(readlink "$touchstone_cache/python")" != "python-$key" ]; then
    ln -sfn "python-$key" "$touchstone_cache/python.$$"
    mv -T "$touchstone_cache/python.$$" "$touchstone_cache/python"
  fi
}
