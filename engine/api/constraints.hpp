#pragma once
// What the members of a request must be, before anything is looked up: there, of their type, of
// their length and size. API reference; the words are recorded.

#include "gradus/result.hpp"
#include "gradus/states_error.hpp"
#include "gradus/value.hpp"

#include <string_view>

namespace gradus::api {

/// Fails with ValidationException, and all that is wrong in one message. Members that no operation
/// has are passed over, as AWS does.
Result<void, StatesError> check_constraints(std::string_view operation, const Value& input);

} // namespace gradus::api
