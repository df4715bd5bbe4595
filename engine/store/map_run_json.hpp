#pragma once
// A Map Run's record as JSON that a person can read, and back. Private to engine/store.

#include "gradus/map_run.hpp"
#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>

namespace gradus {

Value map_run_json(const MapRunRecord& record);
/// Reads what map_run_json made, and nothing else. `pointer` is where the value stands in its text,
/// for messages.
Result<MapRunRecord> read_map_run_json(const Value& value, const std::string& pointer = "");

} // namespace gradus
