#!/usr/bin/env bash
# What the tests need beyond what the assistant needs: PulseAudio, which they start for themselves, and
# ALSA's way to it, for a microphone and a loudspeaker on any machine; systemd, to be asked about the
# units; `ip`, to count what leaves a network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for part in steps system; do
  # shellcheck source=/dev/null
  source "tools/setup/$part.sh"
done
missing=()
for program in pulseaudio pactl pacat; do
  command -v "$program" >/dev/null || { missing=(pulseaudio pulseaudio-utils); }
done
compgen -G '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so' >/dev/null || missing+=(libasound2-plugins)
command -v systemd-analyze >/dev/null || missing+=(systemd)
PATH=$PATH:/usr/sbin:/sbin command -v ip >/dev/null || missing+=(iproute2)
((${#missing[@]})) || exit 0
mkdir -p build
say "Setting up what the tests need, such as a virtual sound card (details: $LOG)"
install_packages "${missing[@]}"
