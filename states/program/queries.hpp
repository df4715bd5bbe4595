#pragma once
// All queries of a state with their places, for the checks and for variableReferences.

#include "states/program/program.hpp"

#include <string>
#include <vector>

namespace gradus {

/// What $states has besides `input` and `context` where a query stands (States language, "Reserved
/// variable: $states").
enum class StatesExtra : std::uint8_t { nothing, result, error_output };

struct StateQuery {
    std::string pointer; // from the state: "/Catch/0/Assign"
    StatesExtra extra = StatesExtra::nothing;
    std::vector<std::string> variables;       // workflow variables that it reads
    const JsonataTemplate* jsonata = nullptr; // borrowed from the state; null for JSONPath
};

/// In the order in which the fields are listed in program.hpp.
std::vector<StateQuery> queries_of(const State& state);

} // namespace gradus
