# The virtual environment and what is installed in it, all of it from requirements.lock.
# Sourced by setup.sh.

VENV=.venv
STATE=$VENV/setup.state # what the last set-up installed, or that it did not come to its end
COMPILED=llama-cpp-python # the only locked package without ready-made wheels

# locked NAME: the lines of one package in the lock.
locked() {
  awk -v name="$1" '/^[a-z]/ { mine = index($0, name "==") == 1 } mine' requirements.lock
}

# The processor, as far as compiled code cares: a memory card moves between boards.
processor() {
  { uname -m && grep -m 1 -E '^(flags|Features)' /proc/cpuinfo; } | sha256sum | cut -c 1-12
}

# An environment that an interrupted run may have left with half a package, or that a newer system
# Python or a moved folder broke, is made again; uv's cache makes that quick.
venv_usable() {
  fits "$VENV/bin/python" &&
    ! grep -qsx unfinished "$STATE" &&
    [[ $(grep '^command' "$VENV/pyvenv.cfg") == *" $PWD/$VENV" ]] &&
    "$VENV/bin/python" -c 'import pip' 2>/dev/null
}

make_venv() {
  "$1" -m venv --clear "$PWD/$VENV"
}

# uv installs the rest; pip is only trusted with uv's own hashes.
install_uv() {
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps --only-binary :all: -r <(locked uv)
}

# Another checkout may be compiling the same package: wait for it, then take its result from the cache.
uv_install() {
  UV_LOCK_TIMEOUT=3600 "$VENV/bin/uv" pip install --no-config -p "$VENV/bin/python" --no-deps "$@"
}

# Everything that needs no compiler; as bytecode too, so that not even the first start, nor a service
# that may write nowhere, has to make it.
install_wheels() {
  locked "$COMPILED" | grep -vxFf - requirements.lock >build/wheels.lock &&
    uv_install --require-hashes --only-binary :all: --compile-bytecode -r build/wheels.lock
}

# Compiled with the locked cmake, ninja and scikit-build-core of the environment, for exactly this
# processor; its name is among the settings because uv keeps a built package per settings. The
# build folder is ours only so that the clock can count the files.
install_compiled() {
  local gigabytes jobs
  gigabytes=$(awk '/^MemTotal/ { print int($2 / 1000000) }' /proc/meminfo)
  jobs=$(nproc)
  ((jobs <= gigabytes)) || jobs=$((gigabytes > 0 ? gigabytes : 1))
  rm -rf build/llama.cpp
  locked "$COMPILED" >build/compiled.lock
  PATH=$PWD/$VENV/bin:$PATH SKBUILD_BUILD_DIR=$PWD/build/llama.cpp CMAKE_BUILD_PARALLEL_LEVEL=$jobs \
    CMAKE_TOOLCHAIN_FILE=$PWD/tools/setup/llama.cmake uv_install --require-hashes --no-build-isolation -r build/compiled.lock \
    -C cmake.define.GGML_NATIVE=ON -C cmake.define.LLAVA_BUILD=OFF \
    -C cmake.define.PROCESSOR="$(processor)"
}

# How many of the object files are there, for the clock beside the step.
compiled_so_far() {
  local plan=build/llama.cpp/build.ninja
  [[ -f $plan ]] || return 0
  printf '%d/%d files,' "$(find build/llama.cpp -name '*.o' | wc -l)" "$(grep -c '^build .*\.o:' "$plan")"
}

install_project() {
  uv_install --no-build-isolation --offline --reinstall-package kitchen-assistant -e .
}
