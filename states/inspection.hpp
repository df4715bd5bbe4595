#pragma once
// What TestState gives to the one state that it runs, and what it takes from it. Executions have no
// Inspection: the pointer to it is null, and nothing is kept.

#include "gradus/failure.hpp"
#include "gradus/value.hpp"
#include "states/program/program.hpp"

#include <cstdint>
#include <optional>

namespace gradus {

struct Inspection {
    // --- given ---
    std::optional<Value> context;   // instead of the context object of the execution
    std::uint32_t retries_used = 0; // of each retrier

    // --- taken: the data after each step of the state; absent where it has no such step ---
    std::optional<Value> after_input_path;
    std::optional<Value> after_arguments; // Parameters, or Arguments
    std::optional<Value> after_items_path;
    std::optional<Value> after_item_selector; // an array, one element an iteration
    std::optional<Value> after_item_batcher;
    std::optional<Value> after_items_pointer;
    std::optional<Value> max_concurrency;
    std::optional<Value> tolerated_failure_count;
    std::optional<Value> tolerated_failure_percentage;
    std::optional<Value> result;
    std::optional<Value> after_result_selector;
    std::optional<Value> after_result_path;

    // --- taken: how the state ended ---
    std::optional<Failure> failure;
    std::optional<std::size_t> retrier; // the first one that matched, used up or not
    std::optional<std::int64_t> retry_delay_milliseconds; // absent: it won't be tried again
    std::optional<std::size_t> catcher;
    std::optional<Value> output; // when it was left
    std::optional<StateIndex> next;
    Value variables; // when it was left, new ones included
};

} // namespace gradus
