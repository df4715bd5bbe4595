# The one way libraries, programs and tests of this project are declared, so that flags and rules
# stand in a single place.

set(GRADUS_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Werror)

add_library(gradus_flags INTERFACE)
target_compile_features(gradus_flags INTERFACE cxx_std_20)
target_compile_options(gradus_flags INTERFACE ${GRADUS_WARNINGS})
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside its own std::string and Boost.System headers when it inlines.
  target_compile_options(gradus_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
  # asio's fences are outside of what the thread sanitizer of g++ follows; it says so at each.
  if(GRADUS_SANITIZE STREQUAL "thread")
    target_compile_options(gradus_flags INTERFACE -Wno-tsan)
  endif()
  # GCC warns about designated initialisers that leave defaulted members out; that is their point.
  target_compile_options(gradus_flags INTERFACE -Wno-missing-field-initializers)
else()
  target_compile_options(gradus_flags INTERFACE -Wno-missing-field-initializers)
endif()
if(GRADUS_SANITIZE)
  target_compile_options(gradus_flags INTERFACE -fsanitize=${GRADUS_SANITIZE} -fno-sanitize-recover=all
                                                -fno-omit-frame-pointer)
  target_link_options(gradus_flags INTERFACE -fsanitize=${GRADUS_SANITIZE})
endif()
if(GRADUS_FUZZ)
  target_compile_options(gradus_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# gradus_prelude(NAME PRIVATE HEADERS … | REUSE_FROM OTHER): headers that a program's files all begin with,
# compiled once. Files include what they use all the same.
function(gradus_prelude name)
  target_precompile_headers(${name} ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The first is ccache's condition. As to the others, g++ 12 forgets that std::string is in a system header.
    target_compile_options(${name} PRIVATE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
endfunction()

# gradus_shared_prelude(NAME KIND HEADERS …): a prelude that is made once for all targets of a kind, by the first.
function(gradus_shared_prelude name kind)
  get_property(first GLOBAL PROPERTY GRADUS_FIRST_${kind})
  if(first)
    gradus_prelude(${name} REUSE_FROM ${first})
  else()
    set_property(GLOBAL PROPERTY GRADUS_FIRST_${kind} ${name})
    gradus_prelude(${name} PRIVATE ${ARGN})
  endif()
endfunction()

# gradus_library(NAME SOURCES … LINKS … [PRIVATE_LINKS …] [SINGLY])
# LINKS are libraries of ours (see the layer table in ARCHITECTURE.md); PRIVATE_LINKS third-party. SINGLY: its files
# have private names in common, so they can't be compiled several at once.
function(gradus_library name)
  cmake_parse_arguments(ARG "SINGLY" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  add_library(gradus::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                            $<INSTALL_INTERFACE:include>
                                     PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS}
                        PRIVATE $<BUILD_INTERFACE:gradus_flags> ${ARG_PRIVATE_LINKS})
  target_compile_features(${name} PUBLIC cxx_std_20)
  if(NOT ARG_SINGLY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ${GRADUS_UNITY} UNITY_BUILD_BATCH_SIZE 6)
  endif()
  gradus_shared_prelude(${name} LIBRARY <algorithm> <functional> <map> <memory> <optional> <string> <unordered_map>
                        <variant> <vector> <boost/system/result.hpp>)
  set_property(GLOBAL APPEND PROPERTY GRADUS_LIBRARIES ${name})
endfunction()

# gradus_program(NAME SOURCES … LINKS …): an executable at the top of the build folder.
function(gradus_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} gradus_flags)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# What the sanitizers build and run.
add_custom_target(test_programs)

# gradus_test(NAME SOURCES … LINKS …): a GoogleTest program, run by CTest and by tools/test.
function(gradus_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} gradus_flags GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE GRADUS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  add_dependencies(test_programs ${name})
  gradus_shared_prelude(${name} TEST <gtest/gtest.h> <gradus/json.hpp> <functional> <map> <string> <variant> <vector>)
endfunction()
