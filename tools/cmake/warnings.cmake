add_library(touchstone_warnings INTERFACE)
target_compile_options(touchstone_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
# g++ 12 sees dangling and uninitialised objects in inlined std::variant and std::string that are not there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(touchstone_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
