# touchstone_add_plugin(NAME KIND SOURCES… [LINK libraries…] [CONFORM key=value…] [DATA folders…]): one plugin, one .so,
# loaded as <kind>s/<name>.so.
# Also for plugins outside this tree: find_package(touchstone) brings it.
#
# What else lies in the plugin's folder (Python, data) travels with it: <kind>s/<name>/ is a link to the folder in the
# build tree and a copy in the bundle, of folders inside it those that DATA names. In this tree a *_test.cpp beside the
# sources becomes the doctest executable plugin_<kind>_<name>_test, linked with the plugin's sources. Where tests are
# enabled, the test `conform: <kind> <name>` holds the plugin to its contract, with the options that CONFORM gives. A
# plugin that lies under tests/, or is built there, is never installed.
set(TOUCHSTONE_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(touchstone_add_plugin name kind)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;CONFORM;DATA" ${ARGN})
  set(target plugin_${kind}_${name})
  set(folder ${TOUCHSTONE_PLUGIN_DIR}/${kind}s)
  add_library(${target} MODULE ${ARG_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE touchstone::sdk ${ARG_LINK} $<TARGET_NAME_IF_EXISTS:touchstone_warnings>)
  target_link_options(${target} PRIVATE
    -Wl,-z,defs -Wl,-z,nodelete -Wl,--version-script=${TOUCHSTONE_PLUGIN_MAP} -Wl,--exclude-libs,ALL)
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${TOUCHSTONE_PLUGIN_MAP} INSTALL_RPATH "$ORIGIN/../.."
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${folder})

  file(GLOB data CONFIGURE_DEPENDS LIST_DIRECTORIES false ${CMAKE_CURRENT_SOURCE_DIR}/*)
  list(FILTER data EXCLUDE REGEX "(\\.[ch]pp|/CMakeLists\\.txt|/README\\.md|/test_[^/]*\\.py|_test\\.py)$")
  if(data)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/${folder})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/${folder}/${name} SYMBOLIC)
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE place)
  if(NOT place MATCHES "^tests(/|$)" AND NOT folder MATCHES "^tests/")
    install(TARGETS ${target} RUNTIME_DEPENDENCY_SET touchstone_libraries LIBRARY DESTINATION ${folder})
    install(FILES ${data} DESTINATION ${folder}/${name})
    foreach(inner IN LISTS ARG_DATA)
      install(DIRECTORY ${inner} DESTINATION ${folder}/${name})
    endforeach()
  endif()
  list(TRANSFORM ARG_CONFORM PREPEND --set=)
  add_test(NAME "conform: ${kind} ${name}"
    COMMAND ${TOUCHSTONE_PROGRAM} conform $<TARGET_FILE:${target}> ${ARG_CONFORM})
  if(TOUCHSTONE_TESTS AND TARGET touchstone_sdk)
    touchstone_plugin_test(${target} "${ARG_SOURCES}" "${ARG_LINK}")
  endif()
endfunction()

# The tests beside a plugin's sources. test_support is defined later, in tests/: CMake links by name.
function(touchstone_plugin_test target sources link)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(NOT tests)
    return()
  endif()
  add_executable(${target}_test ${sources} ${tests})
  target_include_directories(${target}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target}_test PRIVATE test_support touchstone_sdk ${link} touchstone_warnings)
  string(REGEX REPLACE "^plugin_" "" label ${target})
  doctest_discover_tests(${target}_test TEST_PREFIX "${label}: " PROPERTIES
    LABELS plugins WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
