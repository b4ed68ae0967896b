# touchstone_add_plugin(NAME KIND SOURCES… [LINK libraries…]): one plugin, one .so, loaded as <kind>s/<name>.so.
# A *_test.cpp beside the sources becomes a test of its own; other files of the folder (Python, data) travel with it.
function(touchstone_add_plugin name kind)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  set(target plugin_${kind}_${name})
  add_library(${target} MODULE ${ARG_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE touchstone::sdk ${ARG_LINK} $<TARGET_NAME_IF_EXISTS:touchstone_warnings>)
  target_link_options(${target} PRIVATE -Wl,-z,defs -Wl,-z,nodelete -Wl,--version-script=${TOUCHSTONE_PLUGIN_MAP})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${TOUCHSTONE_PLUGIN_DIR}/${kind}s)
  install(TARGETS ${target} LIBRARY DESTINATION ${TOUCHSTONE_PLUGIN_DIR}/${kind}s)
endfunction()
set(TOUCHSTONE_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)
