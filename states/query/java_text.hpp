#pragma once
// Values as Java's toString() shows them. AWS prints them so in places: States.Format (recorded)
// and the messages of Jayway's JsonPath.

#include "gradus/value.hpp"

#include <string>

namespace gradus {

/// Appends {Arg1=1, Arg2=[a, null]}; strings without quotes at any depth.
void append_java_text(std::string& out, const Value& value);

} // namespace gradus
