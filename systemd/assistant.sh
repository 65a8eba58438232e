#!/bin/sh
# The installed assistant, as its service sees the world: the same configuration, timers and models.
# Root becomes the service's user first; only what concerns the whole machine stays with root.
# Called `quantize`, it is the command that brings new models (docs/quantize.md).
set -eu
program=/opt/kitchen-assistant/current/bin/python
user=kitchen-assistant
name=$(basename "$0")
module=assistant
[ "$name" != quantize ] || module=tools.quantize.cli
if [ ! -x "$program" ]; then
  echo "Error: no version is installed: run \`sudo make install\`, or install the package again." >&2
  exit 2
fi
case "$name:$(id -un):${1:-}" in
  quantize:root:* | quantize:$user:* | quantize:*:promote | quantize:*:rollback | quantize:*:forget) ;;
  # Files of one's own are converted and measured with one's own models, settings and results.
  quantize:*) exec "$program" -I -m "$module" "$@" ;;
esac
export XDG_CONFIG_HOME=/etc XDG_STATE_HOME=/var/lib XDG_CACHE_HOME=/var/cache XDG_RUNTIME_DIR=/run
export ASSISTANT_DATA_DIR=/var/lib/kitchen-assistant
case "$(id -un):${1:-}" in
  root:update | root:support-bundle | $user:*) exec "$program" -I -m "$module" "$@" ;;
  root:*)
    export HOME=/var/lib/kitchen-assistant
    # The limits of the service, so that `doctor` sees what the service may.
    prlimit --pid=$$ --nice=31:31 --memlock=unlimited:unlimited 2>/dev/null || true # not in a container
    exec setpriv --reuid="$user" --regid="$user" --init-groups --inh-caps=-all --bounding-set=-all \
      --no-new-privs -- "$program" -I -m "$module" "$@"
    ;;
esac
echo "Error: this assistant belongs to the whole house, so it asks for an administrator: \`sudo $name $*\`." >&2
exit 2
