#!/usr/bin/env bash
# Does it work on 64-bit ARM? First the locked packages: has each of them a wheel that would load there?
# Then, where emulation is to be had, requests are asked in an ARM root and compared with this machine's
# answers. What it proves and what not: docs/aarch64.md.
#
# WHERE=/folder keeps everything (2 GB) elsewhere than in the user's cache; CPU=max emulates another processor.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
unset MAKEFLAGS MAKELEVEL # ninja would take orders from them
for part in setup/steps setup/system setup/packages aarch64/root; do
  # shellcheck source=/dev/null
  source "tools/$part.sh"
done
LOG=build/aarch64.log
WHERE=${WHERE:-${XDG_CACHE_HOME:-$HOME/.cache}/kitchen-assistant/aarch64}
export CPU=${CPU:-cortex-a76}
mkdir -p build "$WHERE"
: >"$LOG"
exec 9>"$WHERE/lock"
flock --nonblock 9 || { say "Another check is at work in $WHERE: waiting for it." && flock 9; }

say "The locked packages for aarch64, in $WHERE/wheels"
result=0
"$VENV/bin/python" -m tools.aarch64.wheels --folder "$WHERE/wheels" || result=$?
((result <= 1)) || exit "$result"

# Not a fault of the product.
skip() {
  say "No request was asked in an ARM root: $*"
  exit "$result"
}

[[ $(uname -m) != aarch64 ]] || skip "this machine is one itself, and \`make test\` asks far more."
[[ $(uname -m) == x86_64 ]] || skip "it is compared with the answers of an x86-64 machine, which this is not."
mapfile -t missing < <(emulation_packages)
((${#missing[@]} == 0)) || (install_packages "${missing[@]}") || skip "what emulates an ARM machine is missing."
why=$(tools/aarch64/enter.sh --probe 2>&1) || skip "$why"
((result == 0)) || skip "the faults above come first."

say "An ARM root, in $WHERE/root (details: $LOG)"
explain() {
  ! grep -q 'unable to pick chroot mode' "$LOG" || skip "mmdebstrap needs root here, or numbers of your own in /etc/subuid."
  stop "“$1” failed: read $LOG, then run the same command again; finished work is kept."
}
state="$DEBIAN $DEBIAN_PACKAGES"
once root "$state" || { step "Debian $DEBIAN for ARM" make_root && made root "$state"; }
[[ -s $WHERE/cpuinfo.$CPU ]] || step "a $CPU" describe_processor
state="$(locked "$COMPILED" | sha256sum) $ARM_ARCH $(sha256sum <tools/aarch64/llama.cmake)"
once llama "$state" || { step "llama.cpp for $ARM_ARCH (first time: some minutes)" compile_llama && made llama "$state"; }
step "this project" install_project
say "The same requests here and there (some minutes)"
"$VENV/bin/python" -m tools.aarch64.compare --folder "$WHERE"
