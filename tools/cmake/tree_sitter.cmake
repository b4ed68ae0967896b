# tree_sitter::core is the distribution's library; tree_sitter::python is tree-sitter-python's generated parser, built
# here from the source package that tools/setup.sh fetched (pinned in tools/setup/grammar.sh).
find_library(TREE_SITTER_LIBRARY tree-sitter)
find_path(TREE_SITTER_INCLUDE tree_sitter/api.h)
if(NOT TREE_SITTER_LIBRARY OR NOT TREE_SITTER_INCLUDE)
  message(FATAL_ERROR "libtree-sitter is missing: run tools/setup.sh, or install libtree-sitter-dev")
endif()
add_library(tree_sitter_core INTERFACE)
target_link_libraries(tree_sitter_core INTERFACE ${TREE_SITTER_LIBRARY})
if(NOT TREE_SITTER_INCLUDE IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
  target_include_directories(tree_sitter_core SYSTEM INTERFACE ${TREE_SITTER_INCLUDE})
endif()
add_library(tree_sitter::core ALIAS tree_sitter_core)

if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(touchstone_cache $ENV{XDG_CACHE_HOME})
else()
  set(touchstone_cache $ENV{HOME}/.cache)
endif()
set(TOUCHSTONE_GRAMMAR ${touchstone_cache}/touchstone/tree-sitter-python-0.23.6
    CACHE PATH "Unpacked source package of tree-sitter-python")
if(NOT EXISTS ${TOUCHSTONE_GRAMMAR}/src/parser.c)
  message(FATAL_ERROR "No Python grammar in ${TOUCHSTONE_GRAMMAR}: run tools/setup.sh, which fetches it, "
                      "or set TOUCHSTONE_GRAMMAR to an unpacked source package of tree-sitter-python 0.23.6")
endif()
add_library(tree_sitter_python STATIC ${TOUCHSTONE_GRAMMAR}/src/parser.c ${TOUCHSTONE_GRAMMAR}/src/scanner.c)
set_target_properties(tree_sitter_python PROPERTIES C_STANDARD 11 C_VISIBILITY_PRESET hidden)
target_compile_options(tree_sitter_python PRIVATE -w)  # generated code: its warnings are not ours to mend
target_include_directories(tree_sitter_python PRIVATE ${CMAKE_CURRENT_LIST_DIR}/grammar)
target_link_libraries(tree_sitter_python PUBLIC tree_sitter_core)
add_library(tree_sitter::python ALIAS tree_sitter_python)
