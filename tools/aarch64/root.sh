# A folder with Debian 12 for ARM and what the assistant needs in it. Sourced by check.sh.
#
#   $WHERE/root      Debian's packages, unpacked; no script of theirs is run but ldconfig
#   $WHERE/wheels    the locked wheels, a folder a Python (wheels.py)
#   $WHERE/own       what is compiled or built here: llama.cpp, this project
#   $WHERE/exchange  recordings in, replies out

DEBIAN=bookworm
DEBIAN_PACKAGES=python3,libportaudio2,libgomp1,libstdc++6,zlib1g,libc-bin,dash,coreutils
ARM_ARCH=armv8.2-a+dotprod+fp16 # a Pi 5 (Cortex-A76); a Jetson Orin has more

emulation_packages() {
  command -v mmdebstrap >/dev/null || echo mmdebstrap
  command -v qemu-aarch64-static >/dev/null || echo qemu-user-static
  command -v aarch64-linux-gnu-g++ >/dev/null || echo g++-aarch64-linux-gnu
}

# once NAME WORDS…: is $WHERE/NAME there, made of exactly this?
once() { [[ -s $WHERE/$1.state && $(<"$WHERE/$1.state") == "${*:2}" ]]; }

made() { echo "${*:2}" >"$WHERE/$1.state"; }

inside() { tools/aarch64/enter.sh "$WHERE" "$@"; }

# A tar file first: the files are then whoever's who runs this.
make_root() {
  rm -rf "$WHERE/root" "$WHERE/exchange" "$WHERE"/cpuinfo.* && mkdir -p "$WHERE/root" &&
    mmdebstrap --variant=extract --architectures=arm64 --include="$DEBIAN_PACKAGES" "$DEBIAN" "$WHERE/root.tar" &&
    tar -C "$WHERE/root" --no-same-owner --exclude='./dev/*' -xf "$WHERE/root.tar" &&
    rm "$WHERE/root.tar" &&
    mkdir -p "$WHERE/root"/{proc,sys,dev,tmp,wheels,own,exchange,data/models} &&
    inside /sbin/ldconfig
}

describe_processor() {
  mkdir -p "$WHERE/exchange" && cp tools/aarch64/cpuinfo.py "$WHERE/exchange/" &&
    inside python3 cpuinfo.py "$CPU" "$(nproc)" >"$WHERE/cpuinfo.new" && mv "$WHERE/cpuinfo.new" "$WHERE/cpuinfo.$CPU"
}

into_own() {
  nice -n 10 "$VENV/bin/uv" pip install --no-config --python "$VENV/bin/python" --no-deps --no-build-isolation \
    --target "$WHERE/own" --python-platform aarch64-manylinux_2_36 --python-version 3.11 "$@"
}

# From the locked source, as set-up does it on the board, by a compiler for ARM. The libraries are loaded
# by ctypes, so that it fits every Python.
compile_llama() {
  rm -rf "$WHERE/exchange/home" # holds what another build has computed
  locked "$COMPILED" >"$WHERE/compiled.lock"
  PATH=$PWD/$VENV/bin:$PATH _PYTHON_HOST_PLATFORM=linux-aarch64 SKBUILD_BUILD_DIR=$WHERE/llama.build \
    CMAKE_BUILD_PARALLEL_LEVEL=2 CMAKE_TOOLCHAIN_FILE=$PWD/tools/aarch64/llama.cmake \
    into_own --require-hashes -r "$WHERE/compiled.lock" -C cmake.define.GGML_NATIVE=OFF \
    -C cmake.define.GGML_CPU_ARM_ARCH="$ARM_ARCH" -C cmake.define.LLAVA_BUILD=OFF \
    -C cmake.define.PROCESSOR=aarch64 &&
    rm -rf "$WHERE/llama.build"
}

# From a copy, so that nothing of an older build comes along.
install_project() {
  rm -rf "$WHERE/source" && mkdir "$WHERE/source" &&
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
      [[ ! -f $file ]] || printf '%s\0' "$file"
    done | tar --null -T - -c | tar -C "$WHERE/source" -x &&
    into_own --offline --reinstall-package kitchen-assistant "$WHERE/source" &&
    rm -rf "$WHERE/source"
}
