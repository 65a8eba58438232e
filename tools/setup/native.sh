#!/usr/bin/env bash
# Compile whisper.cpp for exactly this processor in place of its wheel, which is built for the oldest
# one of its kind: on ARM it knows neither dotprod nor fp16. If that fails, the wheel stays.
#
# native.sh          only on ARM and only if the wheel is slow there (`make setup`), or if what was
#                    compiled before was compiled for another processor
# native.sh always   whatever the wheel is like (`make native`)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
unset MAKEFLAGS MAKELEVEL # ninja would take orders from them
for part in steps packages; do
  # shellcheck source=/dev/null
  source "tools/setup/$part.sh"
done
LOG=build/native.log
PACKAGE=pywhispercpp
NATIVE=$VENV/native.state # how the last attempt ended, and for what: goes with the environment

# All that decides what is compiled.
wanted_native() {
  { processor && "$VENV/bin/python" -V && locked "$PACKAGE" && cat tools/setup/whisper.cmake; } |
    sha256sum | cut -d ' ' -f 1
}

# ended HOW: did the last attempt for exactly this end so? "built", "failed", or "wheel": not needed.
ended() { [[ -s $NATIVE && $(<"$NATIVE") == "$1 $(wanted_native)" ]]; }

end() { echo "$1 $(wanted_native)" >"$NATIVE"; }

was_built() { [[ -s $NATIVE && $(<"$NATIVE") == built* ]]; }

# Nothing of this processor that matters is left unused, by the report that `assistant run` logs. A library that
# was compiled for another processor may just crash, which is no.
satisfied() {
  "$VENV/bin/python" -c '
import sys
from assistant.engines.instructions import built
from hw.instructions import cpuinfo, report
whisper = report(cpuinfo(), built())["engines"]["whisper.cpp"]
print(whisper)
sys.exit(whisper["slow"])' >>"$LOG" 2>&1
}

# Does it work beside llama.cpp, whichever is loaded first?
works() {
  local order
  for order in "_pywhispercpp, llama_cpp" "llama_cpp, _pywhispercpp"; do
    "$VENV/bin/python" -c "
import $order
print(_pywhispercpp.whisper_print_system_info())
print(llama_cpp.llama_print_system_info().decode())" || return
  done
}

# Compilers at work at a time: a gigabyte of memory each, as for llama.cpp.
at_a_time() {
  local gigabytes cores
  gigabytes=$(awk '/^MemTotal/ { print int($2 / 1000000) }' /proc/meminfo)
  cores=$(nproc)
  ((cores <= gigabytes)) || cores=$((gigabytes > 0 ? gigabytes : 1))
  echo "$cores"
}

# From the source archive, which the lock has a hash of, with the locked cmake, ninja and setuptools.
# It would ask a further package, which is not locked, for its own version: the file says it instead.
# The settings are none of setuptools': uv keeps a built package per settings, and one that was compiled
# for another processor must never come out of its cache.
compile() {
  local version
  version=$(sed -nE 's/^[a-z]+==([^ ]+).*/\1/p;q' build/whisper.lock)
  printf '[metadata]\nversion = %s\n' "$version" >build/whisper.cfg
  PATH=$PWD/$VENV/bin:$PATH CMAKE_BUILD_PARALLEL_LEVEL=$(at_a_time) DIST_EXTRA_CONFIG=$PWD/build/whisper.cfg \
    CMAKE_PROJECT_pywhispercpp_INCLUDE=$PWD/tools/setup/whisper.cmake uv_install --require-hashes \
    --no-build-isolation --no-binary "$PACKAGE" --reinstall-package "$PACKAGE" -r build/whisper.lock \
    -C wanted="$(wanted_native)" &&
    works
}

restore_wheel() {
  uv_install --require-hashes --only-binary :all: --reinstall-package "$PACKAGE" -r build/whisper.lock &&
    works
}

# What failed is not tried again by every `make`, only by `make native`. What was compiled for another
# processor must not stay: it may load here, and crash in the middle of a word.
give_up() {
  if was_built || ! works >>"$LOG" 2>&1; then
    explain() { stop "whisper.cpp could be neither compiled nor put back: read $LOG, then run \`make clean\` and \`make setup\`."; }
    step "the ready-made whisper.cpp, put back" restore_wheel
  fi
  end failed
  say "whisper.cpp could not be compiled for this processor, so the ready-made one is used, which works but is slower: read $LOG; \`make native\` tries again."
  [[ ${1:-} != always ]] || exit 2
  exit 0
}

needed() {
  was_built && return # for another processor, or another version
  ! ended failed && ! ended wheel && [[ $(uname -m) == aarch64 ]] || return
  ! satisfied || { end wheel && return 1; }
}

mkdir -p build
exec 9>build/setup.lock
flock 9 # as in setup.sh
if ended built; then
  exit 0
fi
[[ ${1:-} == always ]] || needed || exit 0
: >"$LOG"
locked "$PACKAGE" >build/whisper.lock
trap 'exit 130' INT # uv may end by itself: an interrupted attempt has not failed
(
  explain() { exit 1; }
  step "whisper.cpp for this processor (first time: some minutes)" compile
) || give_up "$@"
end built
