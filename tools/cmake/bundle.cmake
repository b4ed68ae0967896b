# cmake --install: a relocatable bundle with the layout of tree.cmake, the SDK, and the shared libraries that a bare
# machine lacks (in lib/touchstone, found by $ORIGIN). libstdc++ and libc are the target machine's own: a bundle runs
# where they are as new as on the machine that built it.
set_target_properties(touchstone PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/touchstone")
install(TARGETS touchstone RUNTIME_DEPENDENCY_SET touchstone_libraries RUNTIME DESTINATION bin)
install(RUNTIME_DEPENDENCY_SET touchstone_libraries
  PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|stdc\\+\\+|gcc_s|asan|ubsan)\\.so"
  DESTINATION lib/touchstone)
# One shipped library may need another (spdlog needs fmt), and their own RPATH is empty.
find_program(PATCHELF patchelf)
if(PATCHELF)
  install(CODE "
    file(GLOB libraries \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/touchstone/*.so*\")
    foreach(library IN LISTS libraries)
      if(NOT IS_SYMLINK \${library})
        execute_process(COMMAND ${PATCHELF} --set-rpath \"\\\$ORIGIN\" \${library} COMMAND_ERROR_IS_FATAL ANY)
      endif()
    endforeach()")
else()
  install(CODE "message(FATAL_ERROR \"patchelf is missing, so the bundle could not find its own libraries: \"
                        \"install patchelf (tools/setup.sh does), configure again\")")
endif()

install(DIRECTORY core/workers operators configs DESTINATION ${TOUCHSTONE_SHARE_DIR}
  PATTERN __pycache__ EXCLUDE PATTERN "test_*.py" EXCLUDE PATTERN "*_test.py" EXCLUDE)
install(PROGRAMS tools/new_plugin.py tools/new_operator.py DESTINATION ${TOUCHSTONE_SHARE_DIR}/tools)
install(FILES tools/scaffold.py DESTINATION ${TOUCHSTONE_SHARE_DIR}/tools)
install(DIRECTORY tools/templates DESTINATION ${TOUCHSTONE_SHARE_DIR}/tools)
install(FILES tools/requirements.txt DESTINATION ${TOUCHSTONE_SHARE_DIR})

install(DIRECTORY core/sdk/touchstone DESTINATION include)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/touchstoneConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES tools/cmake/touchstoneConfig.cmake tools/cmake/touchstone_add_plugin.cmake tools/cmake/plugin.map
  ${PROJECT_BINARY_DIR}/touchstoneConfigVersion.cmake DESTINATION lib/cmake/touchstone)
