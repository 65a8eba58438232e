#!/usr/bin/env bash
# Remove what install.sh installed: `sudo make uninstall`. Timers, lists, models and the configuration
# stay for the next time, unless PURGE=1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=/dev/null
for part in tools/setup/steps.sh systemd/files.sh; do source "$part"; done
PURGE=${PURGE:-}
UNIT_NAMES=(assistant.service assistant-models.service assistant-rollback.service)

[[ -n $DESTDIR ]] || ((EUID == 0)) || stop "Only an administrator can remove a service: run \`sudo make uninstall\`."
if [[ -z $DESTDIR ]]; then
  [[ ! -d /run/systemd/system ]] || systemctl stop "${UNIT_NAMES[@]}" 2>/dev/null || true # not loaded: nothing to stop
  ! command -v systemctl >/dev/null || systemctl disable --quiet assistant.service 2>/dev/null || true # as above
fi
while read -r _ _ destination; do
  rm -f "$DESTDIR$destination"
done < <(files)
rm -f "$DESTDIR$BOARD"
rm -rf "${DESTDIR}${SHARE:?}" "${DESTDIR}${OPT:?}"
if [[ -n $PURGE ]]; then
  rm -rf "$DESTDIR/var/lib/$NAME" "$DESTDIR/var/cache/$NAME" "$DESTDIR/etc/$NAME" \
    "$DESTDIR/etc/systemd/system/assistant.service.d"
fi
[[ -n $DESTDIR || ! -d /run/systemd/system ]] || systemctl daemon-reload
if [[ -n $PURGE ]]; then
  say "The assistant is gone, with all that it had stored; only its user $NAME is left."
else
  say "The assistant is gone; its timers, lists, models and configuration stay (PURGE=1 removes them)."
fi
