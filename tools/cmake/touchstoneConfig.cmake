# find_package(touchstone): touchstone::sdk (headers) and touchstone_add_plugin(). Relocatable: all is relative to here.
if(NOT TARGET touchstone::sdk)
  add_library(touchstone::sdk INTERFACE IMPORTED)
  get_filename_component(touchstone_prefix ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)
  target_include_directories(touchstone::sdk INTERFACE ${touchstone_prefix}/include)
  target_compile_features(touchstone::sdk INTERFACE cxx_std_20)
endif()
set(TOUCHSTONE_PLUGIN_DIR lib/touchstone/plugins)
include(${CMAKE_CURRENT_LIST_DIR}/touchstone_add_plugin.cmake)
