#!/usr/bin/env bash
# A Debian package for machines like this one (same Python, same kind of processor): the wheelhouse,
# the units and the command. Its postinst makes a version of the wheelhouse, without a network.
#
# WHEELHOUSE=…   pack this one instead of making one
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 022
# shellcheck source=/dev/null
source tools/setup/steps.sh
LOG=build/deb.log
STAGE=build/deb

field() { sed -nE "s/^ \"$1\": \"(.*)\",?\$/\1/p" "$MANIFEST"; }

# The files belong to root in the package, whoever builds it. The wheels are compressed already.
pack() { dpkg-deb -Zgzip -z1 --root-owner-group --build "$STAGE" "$1"; }

control() {
  local size architecture python
  size=$(du -sk --exclude=DEBIAN "$STAGE" | cut -f 1)
  architecture=$(dpkg --print-architecture)
  python=$(field python)
  cat <<CONTROL
Package: kitchen-assistant
Version: $1
Architecture: $architecture
Maintainer: the maintainers of kitchen-assistant <root@localhost>
Installed-Size: $size
Depends: python3 (>= 3.11), python$python, python$python-venv, libportaudio2, libgomp1, libstdc++6, systemd, util-linux
Section: sound
Priority: optional
Description: offline voice assistant
 Wake word, speech recognition, a language model and a voice in one process, on
 this machine alone. Runs as a service that may reach no network; models are
 fetched once by a service of their own.
CONTROL
}

# maintainer_script NAME: with the flags of the processor that the libraries were compiled for.
maintainer_script() {
  local flags
  flags=$(sed -n '/"processor": \[/,/\]/p' "$MANIFEST" | sed -nE 's/^  "(.*)",?$/\1/p' | tr '\n' ' ')
  sed "s|@PROCESSOR@|${flags% }|" "systemd/debian/$1" >"$STAGE/DEBIAN/$1"
  chmod 755 "$STAGE/DEBIAN/$1"
}

command -v dpkg-deb >/dev/null || stop "This system has no dpkg-deb: build the package on Debian, or use \`make install\`."
mkdir -p build
: >"$LOG"
rm -rf "$STAGE"
PREFIX=/usr DESTDIR=$PWD/$STAGE systemd/install.sh
MANIFEST=$STAGE/usr/share/kitchen-assistant/wheelhouse/manifest.json
mkdir -p "$STAGE/DEBIAN" "$STAGE/usr/share/doc/kitchen-assistant"
cp LICENSE "$STAGE/usr/share/doc/kitchen-assistant/copyright"
cp NOTICE "$STAGE/usr/share/doc/kitchen-assistant/NOTICE"
echo /etc/kitchen-assistant/config.toml >"$STAGE/DEBIAN/conffiles"
for script in preinst postinst prerm postrm; do maintainer_script "$script"; done
# A later commit is a later version.
version=$(field version)+$(git log -1 --format=%cd --date=format:%Y%m%d.%H%M%S 2>/dev/null || date +%Y%m%d.%H%M%S)
control "$version" >"$STAGE/DEBIAN/control"
package=build/kitchen-assistant_${version}_$(dpkg --print-architecture).deb
rm -f build/kitchen-assistant_*.deb
step "Debian package" pack "$package"
say "$package: $(du -m "$package" | cut -f 1) MB; install it with \`sudo apt install ./$package\`."
