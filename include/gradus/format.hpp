#pragma once
// The layout that `gradus fmt` gives to definitions.

#include "gradus/value.hpp"

#include <string>

namespace gradus {

/// A definition as text, with a line end behind it: two spaces a level, short objects and arrays on
/// one line, Type first in each state, States last in each machine. Numbers keep their text. Of any
/// other JSON only the layout changes. Formatting the result again changes nothing. Pure.
std::string format_definition(const Value& definition);

} // namespace gradus
