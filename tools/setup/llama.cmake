# Read by CMake before llama.cpp's own files (as its toolchain file). llama-cpp-python asks for the
# helper library of llama.cpp's command-line programs, which nothing in Python loads and which is
# half of the compile time; a plain variable of that name outranks the cached one it sets.
set(LLAMA_BUILD_COMMON OFF)
