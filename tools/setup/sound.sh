#!/usr/bin/env bash
# What the tests need to have a microphone and a loudspeaker on any machine: PulseAudio, which they
# start for themselves, and ALSA's way to it. Not needed to run the assistant.
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
((${#missing[@]})) || exit 0
mkdir -p build
say "Setting up a virtual sound card for the tests (details: $LOG)"
install_packages "${missing[@]}"
