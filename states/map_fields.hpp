#pragma once
// The fields of a Map that are computed when it is entered: its items and its numbers. Shared by
// the inline and the distributed Map.

#include "states/data_flow.hpp"

#include <cstdint>

namespace gradus {

/// What a Map goes over: an array, or an object where the Map is distributed.
Result<Value, Fault> map_items(const DataView& view, const Value& input);

/// A whole number. One that a path finds must be an integer, else the fault is States.Runtime;
/// faults of JSONata are evaluation faults.
Result<std::int64_t, Fault> evaluate_integer(const DataView& view, const NumberField& field,
                                             const Value& input);
/// Any number, in the same way.
Result<double, Fault> evaluate_real(const DataView& view, const NumberField& field,
                                    const Value& input);
/// The fault of a number that is out of its range: States.Runtime, or an evaluation fault where
/// JSONata computed it.
Fault range_fault(const DataView& view, const NumberField& field, const std::string& message);

/// MaxConcurrency; 0 when there is none.
Result<std::uint64_t, Fault> map_concurrency(const DataView& view, const Value& input);

/// ItemSelector applied to one item, or the item itself. `input` is the Map's effective input.
Result<Value, Fault> select_item(const DataView& view, const Value& input, const Value& item,
                                 const Value& value);

} // namespace gradus
