# One layout for the build tree and the bundle, so that the program finds its data relative to itself in both:
#   bin/touchstone   lib/touchstone/plugins/<kind>s/<name>.so   share/touchstone/{workers,operators,configs}
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(TOUCHSTONE_PROGRAM touchstone)  # for a test: the target here, a path where the SDK is installed
set(TOUCHSTONE_PLUGIN_DIR lib/touchstone/plugins)
set(TOUCHSTONE_SHARE_DIR share/touchstone)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/${TOUCHSTONE_SHARE_DIR})
foreach(data IN ITEMS operators configs)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${data} ${PROJECT_BINARY_DIR}/${TOUCHSTONE_SHARE_DIR}/${data} SYMBOLIC)
endforeach()
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/core/workers ${PROJECT_BINARY_DIR}/${TOUCHSTONE_SHARE_DIR}/workers SYMBOLIC)
