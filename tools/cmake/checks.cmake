# The house rules as tests. They need nothing but a Python 3.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(check IN ITEMS layers sizes)
  add_test(NAME "checks: ${check}"
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check_${check}.py ${PROJECT_SOURCE_DIR})
  set_tests_properties("checks: ${check}" PROPERTIES LABELS checks)
endforeach()
