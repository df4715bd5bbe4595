// A definition, then bytes that choose events: `step` takes any of them in any order.
#include "gradus/program.hpp"
#include "states/step.hpp"

#include "gradus/assert.hpp"

#include <cstring>

namespace {

gradus::Event event_of(unsigned char choice, unsigned char which) {
    const auto command = static_cast<gradus::CommandId>(which % 16);
    switch (choice % 13) {
    case 0: return gradus::TaskStarted{command, "w"};
    case 1: return gradus::TaskSubmitted{command, gradus::Value(which)};
    case 2: return gradus::TaskSucceeded{command, gradus::Value::object({{"n", which}})};
    case 3: return gradus::TaskFailed{command, {"E", "c"}};
    case 4:
    case 5: return gradus::TimerFired{command};
    case 6: return gradus::Continued{};
    case 7: {
        gradus::ItemPage page;
        for (unsigned char i = 0; i < which % 5; ++i)
            page.items = page.items.with_element(i);
        if (which % 2 == 0) page.next = which;
        return gradus::ItemsRead{command, page};
    }
    case 8:
        return gradus::ChildEnded{.command = command,
                                  .status = static_cast<gradus::ExecutionStatus>(which % 5),
                                  .output = which};
    case 9: return gradus::ObjectsWritten{command};
    case 10: return gradus::RedriveRequested{};
    case 11: return gradus::ChildEnded{.command = command, .output = which};
    default: break;
    }
    if (which % 32 == 0) return gradus::StopRequested{};
    return gradus::ExecutionStarted{};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto* end = static_cast<const unsigned char*>(std::memchr(data, 0, size));
    const std::size_t length = end == nullptr ? size : static_cast<std::size_t>(end - data);
    const gradus::Compiled compiled =
        gradus::compile(std::string_view(reinterpret_cast<const char*>(data), length));
    if (compiled.program == nullptr) return 0;
    gradus::ExecutionState state;
    gradus::Effects effects;
    gradus::ExecutionStarted start;
    start.history_events_max = 500;
    gradus::step(*compiled.program, state, {gradus::timestamp_of(0), start}, effects);
    for (std::size_t i = length; i + 1 < size && i < length + 200; i += 2) {
        gradus::step(
            *compiled.program, state,
            {gradus::timestamp_of(static_cast<std::int64_t>(i)), event_of(data[i], data[i + 1])},
            effects);
    }
    const bool is_running = state.status == gradus::ExecutionStatus::running;
    GRADUS_ASSERT(is_running || state.open_commands.empty());
    std::uint64_t id = 0;
    for (const gradus::HistoryEvent& event : effects.history) {
        GRADUS_ASSERT(event.id == ++id);
        GRADUS_ASSERT(event.previous_event_id < event.id);
    }
    return 0;
}
