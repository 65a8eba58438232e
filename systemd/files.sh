# Which file goes where, below $DESTDIR. Sourced by install.sh, uninstall.sh and debian/build.sh.

NAME=kitchen-assistant
PREFIX=${PREFIX:-/usr/local}
DESTDIR=${DESTDIR:-}
SHARE=$PREFIX/share/$NAME
OPT=/opt/$NAME
CONFIG=/etc/$NAME/config.toml
# Made when it is installed, of what the board's profile says (`assistant hw --drop-in`).
BOARD=/etc/systemd/system/assistant.service.d/10-board.conf

# systemd looks in these two prefixes, and in /etc whatever the prefix is.
case $PREFIX in
  /usr | /usr/local) ;;
  *) UNITS=/etc/systemd/system SYSUSERS=/etc/sysusers.d TMPFILES=/etc/tmpfiles.d RULES=/etc/udev/rules.d ;;
esac
# Debian 12 still has the units of /usr in /lib, which is the same folder.
UNITS=${UNITS:-$PREFIX/lib/systemd/system}
SYSUSERS=${SYSUSERS:-$PREFIX/lib/sysusers.d}
TMPFILES=${TMPFILES:-$PREFIX/lib/tmpfiles.d}
RULES=${RULES:-$PREFIX/lib/udev/rules.d}

# files: mode, source in systemd/, destination; one a line.
files() {
  local path
  for path in systemd/*.service; do
    echo "644 $path $UNITS/${path##*/}"
  done
  for path in systemd/drop-ins/*.conf; do
    echo "644 $path $SHARE/drop-ins/${path##*/}"
  done
  echo "644 systemd/journald.conf $SHARE/journald.conf"
  echo "644 systemd/config.toml $SHARE/config.toml"
  echo "644 systemd/sysusers.conf $SYSUSERS/$NAME.conf"
  echo "644 systemd/tmpfiles.conf $TMPFILES/$NAME.conf"
  echo "644 systemd/udev.rules $RULES/70-$NAME.rules"
  echo "755 systemd/assistant.sh $PREFIX/bin/assistant"
  echo "755 systemd/assistant.sh $PREFIX/bin/quantize"
}

put_files() {
  local mode source destination
  while read -r mode source destination; do
    install -D -m "$mode" "$source" "$DESTDIR$destination" || return
  done < <(files)
  # Somebody's configuration is never touched.
  [[ -e $DESTDIR$CONFIG ]] || install -D -m 644 systemd/config.toml "$DESTDIR$CONFIG"
}
