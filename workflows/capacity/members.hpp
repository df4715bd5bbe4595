#pragma once
// Reading members of JSON values that came from AWS or a workflow: what is missing or of another
// kind gives the fallback, since nothing here may fail on a member it could do without.

#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::capacity {

std::string text_of(const Value& value, std::string_view fallback = "");
std::string text_of(const Value& object, std::string_view member, std::string_view fallback);
/// Numbers, and texts that are numbers as a whole ("0.918", as prices travel).
std::optional<double> number_of(const Value& value);
std::int64_t integer_of(const Value& value, std::int64_t fallback);
bool flag_of(const Value& value);
std::vector<std::string> texts_of(const Value& list);
Value list_of(const std::vector<std::string>& texts);
/// Epoch seconds, RFC 3339 texts: the forms in which time stamps come.
std::optional<Timestamp> time_of(const Value& value);
std::string time_text(Timestamp at);

} // namespace gradus::capacity
