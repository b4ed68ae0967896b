# shellcheck shell=bash disable=SC2154  # the variables of common.sh and setup.sh
# The Python grammar: tree-sitter-python's source package from the package index, pinned by version and checksum.
# 0.23.6 is the newest that Debian 12's libtree-sitter (ABI 14) takes.
grammar_version=0.23.6
grammar_sha256=354bfa0a2f9217431764a631516f85173e9711af2c13dbd796a8815acfe505d9
grammar_folder="$touchstone_cache/tree-sitter-python-$grammar_version"

# have_grammar: nothing to do?
have_grammar() { [ -f "$grammar_folder/src/parser.c" ] && [ -f "$grammar_folder/src/scanner.c" ]; }

# fetch_grammar PYTHON: downloads by that Python's pip, verifies, unpacks, and only then gives it its name.
fetch_grammar() {
  local python=$1 work archive
  have_grammar && return 0
  work=$(mktemp -d "$touchstone_cache/grammar.XXXXXX") || return 1
  say "fetching tree-sitter-python $grammar_version (the Python grammar, 0.2 MB)"
  if ! "$python" -m pip --version >/dev/null 2>&1; then  # a foreign Python may have been made without pip
    "$(base_python)" -m venv "$work/venv" || return 1
    python="$work/venv/bin/python"
  fi
  # pip also asks the package for its metadata, in an environment of its own; that may fail once the archive is there.
  "$python" -m pip download -q --no-deps --no-binary tree-sitter-python -d "$work" \
    "tree-sitter-python==$grammar_version" >"$work/log" 2>&1 || true
  archive="$work/tree_sitter_python-$grammar_version.tar.gz"
  if [ ! -f "$archive" ]; then
    tail -n 5 "$work/log" >&2
    rm -rf "$work"
    lacking "pip could not download tree-sitter-python $grammar_version" \
      "check the network or pip's settings (python3 -m pip config list), then run this again"
  fi
  if ! echo "$grammar_sha256  $archive" | sha256sum --check --status; then
    rm -rf "$work"
    lacking "the downloaded tree-sitter-python $grammar_version is not the pinned one: its checksum differs" \
      "expected SHA-256 $grammar_sha256" "check which package index pip uses: python3 -m pip config list"
  fi
  tar --no-same-owner -xzf "$archive" -C "$work" && rm -rf "$grammar_folder" &&
    mv "$work/tree_sitter_python-$grammar_version" "$grammar_folder"
  rm -rf "$work"
  have_grammar
}
