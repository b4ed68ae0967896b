# The house rules and the bundle as tests.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(check IN ITEMS layers sizes snippets)
  add_test(NAME "checks: ${check}"
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check_${check}.py ${PROJECT_SOURCE_DIR})
endforeach()
add_test(NAME "checks: abi" COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check_abi.py
  --compiler ${CMAKE_CXX_COMPILER} --top ${PROJECT_SOURCE_DIR})
if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")  # nobody ships a sanitized bundle, and it is twice the size
  add_test(NAME "checks: bundle" COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/install/check_bundle.py
    ${CMAKE_COMMAND} ${PROJECT_BINARY_DIR})
  set_tests_properties("checks: bundle" PROPERTIES LABELS checks)
endif()
set_tests_properties("checks: layers" "checks: sizes" "checks: snippets" "checks: abi" PROPERTIES LABELS checks)
