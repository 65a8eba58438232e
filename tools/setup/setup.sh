#!/usr/bin/env bash
# Make this checkout ready to run: system packages, .venv, the locked Python packages, the project.
# Does nothing, without the network, when a former run finished and nothing that matters changed.
# PYTHON=/path/to/python3 chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
unset MAKEFLAGS MAKELEVEL # ninja would take orders from them
for part in steps system packages; do
  # shellcheck source=/dev/null
  source "tools/setup/$part.sh"
done

# All that decides what the environment must hold; it is written down when everything is in place.
wanted_state() {
  local version
  version=$("$VENV/bin/python" -V 2>&1) || return 0
  { echo "$PWD $version" && processor && cat requirements.lock pyproject.toml tools/setup/*.sh; } |
    sha256sum | cut -d ' ' -f 1
}

finished() { [[ -s $STATE && $(<"$STATE") == "$(wanted_state)" ]]; }

set_up() {
  local python missing
  check_machine
  python=$(find_python)
  mapfile -t missing < <(missing_packages "$python")
  if ((${#missing[@]})); then
    install_packages "${missing[@]}"
    python=$(find_python)
  fi
  [[ -n $python ]] || stop "Python 3.11, 3.12 or 3.13 is needed and ${PYTHON:-python3} is not one of them: install one and run \`make demo PYTHON=/path/to/python3\`."
  venv_usable || step ".venv with $("$python" -V)" make_venv "$python"
  echo unfinished >"$STATE"
  [[ -x $VENV/bin/uv ]] || step "uv" install_uv
  step "Python packages, hashes checked" install_wheels
  step_progress() { compiled_so_far; }
  step "llama.cpp for this processor (first time: 3 min on 2 cores)" install_compiled
  step_progress() { :; }
  step "this project" install_project
  wanted_state >"$STATE"
}

finished && exit 0
mkdir -p build
exec 9>build/setup.lock
flock 9 # a second `make` beside this one waits, and then finds the work done
finished && exit 0
: >"$LOG"
say "Setting up in .venv (details: $LOG)"
set_up
