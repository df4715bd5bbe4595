#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "tools/gradus/command.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace gradus::cli {
namespace {

/// Made once, for the process: the log of a command-line program is its standard error.
spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> log = [] {
        auto made = spdlog::stderr_logger_st("gradus");
        made->set_pattern("%v"); // the time that counts is the event's, which may be virtual
        return made;
    }();
    return *log;
}

} // namespace

std::string about_event(const Value& event) {
    std::string about;
    for (const Member& member : event.as_object()) {
        if (!member.name().ends_with("EventDetails")) continue;
        for (const char* name : {"name", "error", "resource", "location"}) {
            const Value* value = member.value.find(name);
            if (value != nullptr && value->is_string())
                about += " " + std::string(value->as_string());
        }
    }
    return about;
}

void log_history(const ExecutionIdentity& identity, const HistoryEvent& event) {
    logger().info("{} {} #{} {}{}", format_iso8601(epoch_milliseconds(event.timestamp)),
                  identity.state_machine_name, event.id, history_event_name(event.type),
                  about_event(history_event_json(event)));
}

} // namespace gradus::cli
