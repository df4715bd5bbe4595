#pragma once
// gradus replay --store FILE: does every execution of a store follow from its inputs?

#include "gradus/result.hpp"

#include <string>

namespace gradus::cli {

/// Prints what differs and a summary, as text or as JSON. The exit code: 0, or 3 when something
/// differs or can't be read.
Result<int> audit_store(const std::string& file, bool is_json);

} // namespace gradus::cli
