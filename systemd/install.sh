#!/usr/bin/env bash
# Install this checkout as a service: `sudo make install`. May be repeated; a newer checkout becomes
# another version beside the running one, which takes over once it works. Timers, lists, models and
# the configuration stay.
#
# PREFIX=/usr/local   where the command `assistant` and the units go
# DESTDIR=…           put the files there instead of into this system, for a package
# WHEELHOUSE=…        install this wheelhouse instead of making one
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022
# shellcheck source=/dev/null
for part in tools/setup/steps.sh tools/setup/system.sh systemd/files.sh; do source "$part"; done
WHEELHOUSE=${WHEELHOUSE:-}
RUNS=/run/systemd/system # is there where systemd is

# A checkout in somebody's home stays theirs, also what is built in it.
as_owner() {
  local owner
  owner=$(stat -c %U .)
  if ((EUID)) || [[ $owner == root ]]; then "$@"; else runuser -u "$owner" -- "$@"; fi
}

make_wheelhouse() {
  [[ -z $WHEELHOUSE ]] || return 0
  WHEELHOUSE=build/wheelhouse
  as_owner make --no-print-directory wheelhouse OUT="$WHEELHOUSE"
}

system_python() {
  local version
  version=$(sed -nE 's/^ "python": "([0-9.]+)".*/\1/p' "$WHEELHOUSE/manifest.json")
  local missing=()
  "/usr/bin/python$version" -c 'import ensurepip, venv' 2>/dev/null || missing+=("python$version-venv")
  [[ $(ldconfig -p) == *libportaudio.so.2* ]] || missing+=(libportaudio2)
  [[ $(ldconfig -p) == *libgomp.so.1* ]] || missing+=(libgomp1)
  if ((${#missing[@]})); then install_packages "${missing[@]}"; fi
}

announce() {
  systemd-sysusers "$SYSUSERS/$NAME.conf" && systemd-tmpfiles --create "$TMPFILES/$NAME.conf" || return
  [[ -d $RUNS ]] || return 0
  systemctl daemon-reload || return
  command -v udevadm >/dev/null || return 0 # a container has no devices
  udevadm control --reload && udevadm trigger --subsystem-match=gpio --subsystem-match=spidev
}

new_version() {
  PYTHONPATH=$(echo "$WHEELHOUSE"/kitchen_assistant-*.whl) /usr/bin/python3 -P -m assistant.update \
    --root "$OPT" --from "$WHEELHOUSE"
}

# Without them the unit's own hold, so nothing ends here.
limits() {
  mkdir -p "${BOARD%/*}" && "$OPT/current/bin/python" -I -m assistant hw --drop-in >"$BOARD.new" &&
    mv "$BOARD.new" "$BOARD" && systemctl daemon-reload && return
  rm -f "$BOARD.new"
  OWN_LIMITS="This board's limits of memory could not be written to $BOARD, so the former ones, or the unit's own, hold: see $LOG."
}

start() {
  systemctl enable --quiet assistant.service
  systemctl is-active --quiet assistant.service || systemctl start --no-block assistant.service
}

LOG=build/install.log
# Of whoever owns the checkout, who will want to write there again.
as_owner bash -c 'mkdir -p build && : >build/install.log'
make_wheelhouse
if [[ -n $DESTDIR ]]; then
  put_files
  mkdir -p "$DESTDIR$SHARE"
  cp -rT "$WHEELHOUSE" "$DESTDIR$SHARE/wheelhouse"
  say "Its files are in $DESTDIR; a version is made of $SHARE/wheelhouse when they are installed (systemd/debian/postinst)."
  exit 0
fi
((EUID == 0)) || stop "Only an administrator can install a service: run \`sudo make install\`."
command -v systemd-sysusers >/dev/null || stop "This system has no systemd, which the service needs: use \`make demo\` and \`assistant run\` instead."
say "Installing in $OPT (details: $LOG)"
system_python
step "units, user and command" put_files
step "systemd is told" announce
new_version
if [[ -d $RUNS ]]; then # else this may be an image for another board
  step "limits of memory for this board" limits
  [[ -z ${OWN_LIMITS:-} ]] || say "$OWN_LIMITS"
  start
  say "It starts now, and with every boot: \`systemctl status assistant\`. The first time, models are fetched before: \`journalctl -fu assistant-models\`."
else
  systemctl enable --quiet assistant.service || say "The service could not be enabled."
  say "systemd does not run here, so nothing was started; it will be with the next boot."
fi
