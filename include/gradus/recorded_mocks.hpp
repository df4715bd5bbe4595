#pragma once
// The answers in a recorded history as mocks: what tasks answered, by state and number of the call,
// in the form of Step Functions Local. docs/mock-from.md

#include "gradus/recorded_history.hpp"
#include "gradus/value.hpp"

#include <string>
#include <vector>

namespace gradus {

struct RecordedMocks {
    /// By state: {"STATE": {"0": {"Return": …}, "1-2": {"Throw": {"Error": …, "Cause": …}}}}.
    Value responses = Value::object();
    /// What mocks can't say of this execution, one sentence each.
    std::vector<std::string> remarks;
};

/// The history must be one that was read or that a recording has.
RecordedMocks recorded_mocks(const RecordedHistory& history);

} // namespace gradus
