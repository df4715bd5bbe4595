#pragma once
// The parsed form of a path, for parse.cpp, evaluate.cpp and reference_path.cpp only.

#include "gradus/value.hpp"
#include "states/query/path/path.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gradus::path {

struct Filter;

/// `.a`, `['a']`
struct NameStep {
    Value name; // a string, so that finding it needs no comparison of texts
};
/// `['a','b']`
struct NamesStep {
    std::vector<std::string> names;
};
/// `[0]`, `[-1]`
struct IndexStep {
    std::int64_t index = 0;
};
/// `[0,2]`
struct IndicesStep {
    std::vector<std::int64_t> indices;
};
/// `[1:3]`, `[:2]`, `[-2:]`
struct SliceStep {
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
};
/// `.*`, `[*]`
struct WildcardStep {};
/// `..`, always followed by another step
struct DescentStep {};
/// `[?(…)]`
struct FilterStep {
    std::shared_ptr<const Filter> filter;
};

using Step = std::variant<NameStep, IndexStep, WildcardStep, DescentStep, SliceStep, NamesStep,
                          IndicesStep, FilterStep>;
using Steps = std::vector<Step>;

enum class Comparison : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

/// One side of a comparison: a literal, or a path from the tested node (`@`).
struct Operand {
    bool is_path = false;
    Value literal;
    Steps steps;
    bool is_definite = true;
};

struct Filter {
    enum class Kind : std::uint8_t { all, any, negation, exists, comparison };

    Kind kind = Kind::exists;
    std::vector<Filter> children; // of all, any, negation
    Operand left;                 // of exists and comparison
    Operand right;                // of comparison
    Comparison comparison = Comparison::equal;
};

struct Syntax {
    std::string text;
    Root root = Root::input;
    std::string variable_name;
    Steps steps;
    bool is_plain = true; // nothing but NameStep and IndexStep: evaluation is a loop
    bool is_definite = true;
    bool is_reference = true;
};

/// Jayway's text of a path from its root: "$['a'][0]". Stops before step `count`.
std::string canonical_text(const Steps& steps, std::size_t count);

} // namespace gradus::path
