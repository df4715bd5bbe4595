#pragma once
// The operations on Map Runs, rows of the table in states_api.cpp.

#include "gradus/engine.hpp"

namespace gradus {

Result<Value, StatesError> describe_map_run(Engine& engine, const Value& input);
Result<Value, StatesError> list_map_runs(Engine& engine, const Value& input);
Result<Value, StatesError> update_map_run(Engine& engine, const Value& input);

} // namespace gradus
