#pragma once
// The command that an event answers.

#include "gradus/event.hpp"

#include <optional>

namespace gradus {

/// The command that an event answers or tells about; nothing: it is about the execution.
std::optional<CommandId> addressee(const Event& event);
/// The same event for this command.
Event addressed(Event event, CommandId command);

} // namespace gradus
