# touchstone_layer(NAME [USES lower layers…] [PRIVATE libraries…]): core/<NAME>/*.cpp as one static library.
add_library(touchstone_sdk INTERFACE)
target_include_directories(touchstone_sdk INTERFACE ${PROJECT_SOURCE_DIR}/core/sdk)
add_library(touchstone::sdk ALIAS touchstone_sdk)

function(touchstone_layer name)
  cmake_parse_arguments(ARG "" "" "USES;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/${name}/*.cpp)
  add_library(touchstone_${name} STATIC ${sources})
  target_include_directories(touchstone_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core)
  list(TRANSFORM ARG_USES PREPEND touchstone_)
  target_link_libraries(touchstone_${name} PUBLIC touchstone_sdk ${ARG_USES} PRIVATE touchstone_warnings ${ARG_PRIVATE})
endfunction()
