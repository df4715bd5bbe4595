#pragma once
// Task tokens name the execution and the command they answer, and carry a MAC, so that no table of
// tokens is needed and none can be guessed. Each execution's secret comes from the engine's.

#include "gradus/event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gradus {

struct TaskTokenContent {
    std::string execution_arn;
    CommandId command{};

    friend bool operator==(const TaskTokenContent&, const TaskTokenContent&) = default;
};

/// The secret that ExecutionStarted carries.
std::string execution_token_secret(std::string_view engine_secret, std::string_view execution_arn);
/// What a token names; nothing when it is garbled or its MAC is wrong.
std::optional<TaskTokenContent> read_task_token(std::string_view engine_secret,
                                                std::string_view token);

} // namespace gradus
