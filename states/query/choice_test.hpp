#pragma once
// The compiled form of a Choice rule, for choice_rule.cpp and compile_choice_rule.cpp only.

#include "states/base/base.hpp"
#include "states/query/choice_rule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus::choice {

enum class Relation : std::uint8_t { equal, less, less_equal, greater, greater_equal };
enum class ComparedType : std::uint8_t { string, number, boolean, timestamp };
enum class Property : std::uint8_t { null, present, number, string, boolean, timestamp };

/// A literal operand in the form that its comparison needs.
struct Literal {
    std::string text;
    double number = 0;
    bool boolean = false;
    Instant instant;
};

struct Test {
    enum class Kind : std::uint8_t { all, any, negation, comparison, pattern, property };

    Kind kind = Kind::all;
    std::vector<Test> children;             // of all, any, negation
    std::optional<path::Path> variable;     // of the data tests
    std::optional<path::Path> operand_path; // of a comparison with an operator "…Path"
    Relation relation = Relation::equal;    // of a comparison
    ComparedType type = ComparedType::string;
    Property property = Property::null; // of "Is…"
    Literal operand;                    // of pattern, property and the other comparisons
};

} // namespace gradus::choice
