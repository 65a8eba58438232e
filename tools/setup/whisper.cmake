# Read by CMake right after pywhispercpp's own project(), before whisper.cpp's files.

# The wheel is built for the oldest processor of its kind; this is built for the one it is built on.
set(GGML_NATIVE ON)

# Both whisper.cpp and llama.cpp bring a ggml of their own, of different versions, and a loader takes
# two libraries of one name (libggml.so.0) for the same: whoever is imported second gets the other's.
# The wheel's libraries have a hash in their names for that reason; these get a word.
set(CMAKE_SHARED_LIBRARY_SUFFIX "-whisper.so")

# They are installed beside the extension module and found there; by default they would be looked for
# in the build folder, which is gone by then.
set(CMAKE_INSTALL_RPATH "$ORIGIN")
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
