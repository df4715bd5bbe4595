#include "tools/gradus/watch.hpp"

#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace gradus::cli {
namespace {

Result<std::shared_ptr<std::FILE>> open_log(const std::string& path) {
    if (path == "-") return std::shared_ptr<std::FILE>(stdout, [](std::FILE*) {});
    std::FILE* file = std::fopen(path.c_str(), "ae"); // added to; not for programs that are started
    if (file == nullptr) {
        return Error{ErrorCode::io,
                     "the log " + path + " can't be opened: " + std::strerror(errno)};
    }
    return std::shared_ptr<std::FILE>(file, &std::fclose);
}

/// A line, at once in the file. Said once, and again only after it has worked in between.
void write_line(std::FILE& file, const Value& record, bool& is_broken) {
    const std::string line = to_json(record) + "\n";
    const bool has_failed =
        std::fwrite(line.data(), 1, line.size(), &file) != line.size() || std::fflush(&file) != 0;
    if (has_failed && !is_broken)
        complain(std::string("log records are lost: ") + std::strerror(errno));
    if (has_failed) std::clearerr(&file);
    is_broken = has_failed;
}

} // namespace

void add_watch_options(CLI::App& command, WatchOptions& options) {
    command.add_option("--log", options.log,
                       "Add what machines log to this file, as JSON lines; - is standard output");
    command.add_option("--events", options.events_url,
                       "Post each change of an execution's status to this URL, as EventBridge's "
                       "event");
}

Result<Watch> watch(Setting& setting, const WatchOptions& options) {
    Watch made;
    if (!options.log.empty()) {
        GRADUS_TRY(made.log, open_log(options.log));
        setting.engine->on_log([file = made.log, is_broken = false](const Value& record) mutable {
            write_line(*file, record, is_broken);
        });
    }
    if (!options.events_url.empty()) {
        GRADUS_TRY(made.transport, setting.runtime->make_transport({}));
        GRADUS_TRY(made.webhook,
                   Webhook::make(setting.loop(), *made.transport, options.events_url,
                                 [](const std::string& reason) { complain(reason); }));
        setting.engine->on_status_change(
            [&webhook = *made.webhook](const Value& event) { webhook.post(event); });
    }
    return made;
}

} // namespace gradus::cli
