#pragma once
// Are these parameters ones that the model knows? Found before anything is sent, with the place,
// what was expected and what was found. Values of enumerations, lengths and patterns are left to
// AWS, which extends them without notice.

#include "aws/model/service_model.hpp"

#include "gradus/value.hpp"

#include <string>
#include <vector>

namespace gradus::aws {

/// One thing that is wrong. `path` is as in "Filters[0].Name"; empty for the parameters themselves.
struct ParameterProblem {
    std::string path;
    std::string message;

    friend bool operator==(const ParameterProblem&, const ParameterProblem&) = default;
};

/// No more problems than this are reported.
inline constexpr std::size_t parameter_problems_max = 20;

/// All problems, in the order of the parameters; none when they may be sent.
std::vector<ParameterProblem> validate(const Operation& operation, const Value& params);

/// "Filters[0].Name: expected a string, found integer; …"
std::string describe(const std::vector<ParameterProblem>& problems);

} // namespace gradus::aws
