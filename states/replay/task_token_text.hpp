#pragma once
// Task tokens inside of texts, for those who compare texts and don't know the secret.

#include <string_view>

namespace gradus {

/// Whether two texts are equal but for the proof in task tokens: the tokens must name the same
/// execution and command at the same places.
bool is_same_but_tokens(std::string_view a, std::string_view b);

} // namespace gradus
