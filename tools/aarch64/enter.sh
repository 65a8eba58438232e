#!/usr/bin/env bash
# enter.sh FOLDER COMMAND…: run a command in the ARM root of a folder that root.sh has filled, under
# emulation and without a network. Mounts, and what tells Linux to start ARM programs with the emulator,
# exist only in namespaces of its own, so that neither root is needed nor the machine changed.
# Exit code 69: this machine does not let it, which `enter.sh --probe` finds out without a folder.
# CPU=… chooses the processor.
set -euo pipefail
UNAVAILABLE=69 # EX_UNAVAILABLE of sysexits.h
export CPU=${CPU:-cortex-a76}
export EMULATOR=${EMULATOR:-$(command -v qemu-aarch64-static || true)}
export MODELS=${ASSISTANT_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/kitchen-assistant}/models

no() {
  printf '%s\n' "$*" >&2
  exit "$UNAVAILABLE"
}

if [[ ${1:-} != --inside ]]; then
  [[ -n $EMULATOR ]] || no "qemu-aarch64-static is missing."
  unshare --user --map-root-user --net --mount true 2>/dev/null || no "This machine allows no user namespaces."
  exec unshare --user --map-root-user --net --mount -- "${BASH_SOURCE[0]}" --inside "$@"
fi
shift

# Linux 6.7 and later keep a table of emulators for each user namespace; before, there is only the
# machine's own, which Debian's package of the emulator fills where something like systemd runs.
# The two long words: an ELF file, 64-bit, little endian, a program or library for AArch64.
emulate() {
  local table=/proc/sys/fs/binfmt_misc
  local magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
  local mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
  if mount -t binfmt_misc binfmt_misc "$table" 2>/dev/null; then
    printf '%s' ":qemu-aarch64:M::$magic:$mask:$EMULATOR:F" >"$table/register"
  else
    [[ -e $table/qemu-aarch64 ]] || no "Linux cannot be told here to start ARM programs with qemu: version 6.7 is needed, or an administrator who installs qemu-user-static and binfmt-support."
  fi
}

emulate
[[ $1 != --probe ]] || exit 0
folder=$1 root=$1/root
shift
for part in proc dev sys; do mount --rbind "/$part" "$root/$part"; done
[[ ! -s $folder/cpuinfo.$CPU ]] || mount --bind "$folder/cpuinfo.$CPU" "$root/proc/cpuinfo"
for part in wheels/3.11:wheels own:own exchange:exchange; do
  mkdir -p "$folder/${part%:*}"
  mount --bind "$folder/${part%:*}" "$root/${part#*:}"
done
[[ ! -d $MODELS ]] || mount --bind -o ro "$MODELS" "$root/data/models"
# Every ASSISTANT_… of the caller's but where the models are.
mapfile -t settings < <(env | grep '^ASSISTANT_' | grep -v '^ASSISTANT_DATA_DIR=' || true)
exec chroot "$root" /usr/bin/env -i -C /exchange PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/exchange/home \
  TZ=UTC LC_ALL=C.UTF-8 QEMU_CPU="$CPU" PYTHONPATH=/own:/wheels PYTHONDONTWRITEBYTECODE=1 \
  "${settings[@]}" ASSISTANT_DATA_DIR=/data "$@"
