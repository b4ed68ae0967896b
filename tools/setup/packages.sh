# shellcheck shell=bash
# What the build needs from the distribution (Debian 12, Ubuntu 24.04): asked for by package, looked for by use where a
# program may just as well come from elsewhere.
programs=(g++:g++ cmake:cmake ninja:ninja-build patchelf:patchelf pkg-config:pkg-config)
libraries=(python3-venv python3-dev libboost-dev libboost-program-options-dev libyaml-cpp-dev doctest-dev libtbb-dev
  nlohmann-json3-dev libspdlog-dev libfmt-dev libtree-sitter-dev libssl-dev)

missing_packages() {
  local pair installed name
  for pair in "${programs[@]}"; do
    command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair##*:}"
  done
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${libraries[@]}" 2>/dev/null || true)
  for name in "${libraries[@]}"; do
    grep -q "^$name installed$" <<<"$installed" || printf '%s\n' "$name"
  done
}

# as_root COMMAND…: as we are, or by sudo where it asks for no password or there is a terminal to ask at.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo "$@"
  else
    return 126
  fi
}

install_packages() {
  local missing wanted code=0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "no apt-get here, so nothing is installed: CMake will name what it lacks of ${libraries[*]}"
    return 0
  fi
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  wanted=("${missing[@]}")
  command -v ccache >/dev/null || wanted+=(ccache)  # optional: builds again in seconds
  say "installing packages: ${wanted[*]}"
  as_root true || lacking "packages are missing, and installing them takes root or sudo: ${missing[*]}" \
    "let somebody who may run this, then run this again:" \
    "apt-get update && apt-get install --yes --no-install-recommends ${wanted[*]}"
  as_root apt-get update -q >&2 || say "apt-get update failed; trying with the lists at hand"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes -q --no-install-recommends "${wanted[@]}" >&2 || code=$?
  [ $code = 0 ] || lacking "apt-get could not install ${wanted[*]} (exit code $code)" \
    "see its messages above: is there a network, does another apt run?"
}
