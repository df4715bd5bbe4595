#pragma once
// Reading JSON pointers token by token. Private to states/json.

#include <string>
#include <string_view>

namespace gradus {

/// Takes the first token, unescaped, off a pointer that begins with '/'.
std::string next_pointer_token(std::string_view& pointer);

} // namespace gradus
