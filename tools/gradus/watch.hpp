#pragma once
// What a server tells of its executions: log records to a file, changes of status to a URL.

#include "engine/integrations/webhook.hpp"
#include "tools/gradus/setting.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace gradus::cli {

struct WatchOptions {
    std::string log;        // file that log records are added to; "-": standard output
    std::string events_url; // where changes of status are posted to
};

/// --log and --events. Borrows the options.
void add_watch_options(CLI::App& command, WatchOptions& options);

/// Must outlive the running of the engine, and end before the setting.
struct Watch {
    std::shared_ptr<std::FILE> log;
    std::unique_ptr<aws::Transport> transport;
    std::unique_ptr<Webhook> webhook;
};

/// Fails when the file can't be opened, or the URL isn't one.
Result<Watch> watch(Setting& setting, const WatchOptions& options);

} // namespace gradus::cli
