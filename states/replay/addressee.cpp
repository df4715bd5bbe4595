#include "states/replay/addressee.hpp"

namespace gradus {
namespace {

template <class T>
concept Answer = requires(T event) {
    { event.command } -> std::convertible_to<CommandId>;
};

} // namespace

std::optional<CommandId> addressee(const Event& event) {
    return std::visit(
        [](const auto& one) -> std::optional<CommandId> {
            if constexpr (Answer<std::decay_t<decltype(one)>>)
                return one.command;
            else
                return std::nullopt;
        },
        event);
}

Event addressed(Event event, CommandId command) {
    std::visit(
        [&](auto& one) {
            if constexpr (Answer<std::decay_t<decltype(one)>>) one.command = command;
        },
        event);
    return event;
}

} // namespace gradus
