#pragma once
// The recorder put bare words for the ARNs of activities and functions ("other bare words … replace
// resource names").

#include "gradus/value.hpp"

namespace gradus::conformance {

/// The definition with ARNs in their places: of a function where a recorded event says so, else of
/// an activity.
Value with_resource_arns(const Value& definition, const Value& events);

} // namespace gradus::conformance
