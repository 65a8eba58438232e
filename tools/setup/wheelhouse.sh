#!/usr/bin/env bash
# A folder with all that an installation needs, for machines like this one: the locked wheels that are
# published, llama.cpp (and whisper.cpp, where the set-up compiled it) as they are in .venv, this
# project, and a manifest with a SHA-256 for each. Nothing of the tools and tests.
#
# wheelhouse.sh FOLDER
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for part in steps packages; do
  # shellcheck source=/dev/null
  source "tools/setup/$part.sh"
done
LOG=build/wheelhouse.log
OUT=$(realpath -m -- "$1")
NEW=$OUT.new

COMPILED_HERE=("$COMPILED")
[[ ! -s $VENV/native.state || $(<"$VENV/native.state") != built* ]] || COMPILED_HERE+=(pywhispercpp)

# The part of the lock that the product itself needs.
runtime_lock() {
  awk '
    NR == FNR { wanted[$1]; next }
    /^[a-z]/ { split($1, part, "=="); mine = part[1] in wanted }
    mine' <(printf '%s\n' "$@") requirements.lock
}

fetch_wheels() {
  local names
  mapfile -t names < <(grep -vxFf <(printf '%s\n' "${COMPILED_HERE[@]}") tools/setup/runtime.txt)
  runtime_lock "${names[@]}" >build/runtime.lock &&
    "$VENV/bin/python" -m pip download --disable-pip-version-check --require-hashes --no-deps \
      --only-binary :all: -r build/runtime.lock -d "$NEW"
}

# With the time of the last commit instead of the present one: the same sources, the same wheel.
pack_project() {
  local of_commit
  of_commit=$(git log -1 --format=%ct 2>/dev/null) || of_commit=1735689600
  rm -rf build/lib build/bdist.*
  SOURCE_DATE_EPOCH=$of_commit "$VENV/bin/python" -m pip wheel --disable-pip-version-check \
    --no-deps --no-build-isolation --no-index -w "$NEW" .
}

finish() {
  "$VENV/bin/python" -m tools.wheelhouse "$NEW" "${COMPILED_HERE[@]}" && rm -rf "$OUT" && mv "$NEW" "$OUT"
}

if [[ -d $OUT && ! -e $OUT/manifest.json && -n $(ls -A "$OUT") ]]; then
  stop "$OUT holds something else: give a folder that is new."
fi
mkdir -p build
: >"$LOG"
rm -rf "$NEW"
mkdir -p "$NEW"
step "published wheels, hashes checked" fetch_wheels
step "this project as a wheel" pack_project
step "what was compiled here, and the manifest" finish
say "$OUT: $(du -sm "$OUT" | cut -f 1) MB, $(tail -n 1 "$LOG")"
