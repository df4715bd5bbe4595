#pragma once
// Names of variables: Unicode Standard Annex #31, default identifiers.

#include <string_view>

namespace gradus {

/// A character with ID_Start, then any number with ID_Continue.
bool is_identifier(std::string_view name);

} // namespace gradus
