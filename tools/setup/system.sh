# The machine: is it one that can work, which Debian packages are missing, who may install them.
# Sourced by setup.sh.

PATH=$PATH:/usr/sbin:/sbin # ldconfig lives there, which an ordinary user's PATH leaves out

check_machine() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64 | Linux-aarch64) ;;
    *) stop "This is $(uname -s) on $(uname -m): a 64-bit Linux on x86-64 or ARM is needed (on a Raspberry Pi, the 64-bit system image)." ;;
  esac
  local free_mb
  free_mb=$(df --output=avail -m . | tail -n 1)
  ((free_mb >= 3000)) || stop "Only $((free_mb)) MB are free here and 3000 MB are needed: free some space and run the same command again."
}

# fits PYTHON: can it run the locked packages? The bounds are those of pyproject.toml.
fits() {
  "$1" -c 'import struct, sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14) and struct.calcsize("P") == 8))' 2>/dev/null
}

# Prints the first interpreter that fits; PYTHON=… on the command line settles it.
find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3}; do
    if fits "$candidate"; then
      echo "$candidate"
      return
    fi
  done
}

# missing_packages PYTHON: names of Debian packages to install, one a line. PYTHON may be empty.
missing_packages() {
  local python=$1
  if [[ -z $python ]]; then
    [[ -n ${PYTHON:-} ]] || printf '%s\n' python3 python3-venv
  elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    "$python" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")'
  fi
  command -v g++ >/dev/null || echo g++
  [[ $(ldconfig -p) == *libportaudio.so.2* ]] || echo libportaudio2
  [[ -s /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
}

# install_packages NAME…: with apt as root, else through sudo, else say what to type.
install_packages() {
  local as_root=()
  if ! command -v apt-get >/dev/null; then
    stop "These packages are missing (Debian's names): $*; install them with this system's package manager and run the same command again."
  fi
  if ((EUID)); then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [[ -t 0 && -t 2 ]] && sudo -v; }; }; then
      as_root=(sudo)
    else
      stop "System packages are missing: run \`sudo apt-get update && sudo apt-get install -y $*\` as an administrator, then the same command again."
    fi
  fi
  step "package lists" "${as_root[@]}" apt-get update
  step "system packages: $*" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$@"
}
