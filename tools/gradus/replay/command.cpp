// gradus replay: recorded executions run again, and compared. docs/replay.md
#include "tools/gradus/command.hpp"

#include "gradus/json.hpp"
#include "tools/gradus/audit.hpp"
#include "tools/gradus/replay/report.hpp"
#include "tools/gradus/replay/stepping.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>

#include <unistd.h>

namespace gradus::cli {
namespace {

// Ids of events, as far as they go.
constexpr std::uint64_t events_min = 1;
constexpr std::uint64_t events_max = 1'000'000'000;

struct Options {
    std::vector<std::string> recordings;
    std::string store;
    std::string definition;
    std::vector<std::string> defines;
    std::string input;
    std::string execution;
    std::vector<std::string> answers;
    std::vector<std::string> failures;
    std::uint64_t from = 0;
    std::uint64_t until = 0;
    std::string format = "text";
    std::string out = "-";
    std::string junit;
    bool finds_all = false;
    bool steps = false;
};

Error usage_error(const std::string& message) { return {ErrorCode::invalid_argument, message}; }

/// Takes "#2" off the end of a state's name: its second attempt. 0: there is none.
std::uint64_t take_attempt(std::string& state) {
    const std::size_t sign = state.rfind('#');
    if (sign == std::string::npos || sign == 0) return 0;
    const char* begin = state.data() + sign + 1;
    const char* end = state.data() + state.size();
    std::uint64_t attempt = 0;
    const auto [stop, error] = std::from_chars(begin, end, attempt);
    if (error != std::errc() || stop != end) return 0;
    state.resize(sign);
    return attempt;
}

/// "STATE=…" or "STATE#ATTEMPT=…" apart.
Result<AnswerOverride> read_override(const std::string& text, const std::string& option) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return usage_error(option +
                           " expects STATE=" + (option == "--answer" ? "JSON" : "ERROR[:CAUSE]") +
                           ", found '" + text + "'");
    AnswerOverride out;
    out.state = text.substr(0, equals);
    out.attempt = take_attempt(out.state);
    const std::string given = text.substr(equals + 1);
    if (option == "--answer") {
        auto value = read_json_argument(given);
        if (!value) return usage_error("--answer of '" + out.state + "': " + value.error().message);
        out.answer = std::move(*value);
        return out;
    }
    const std::size_t colon = given.find(':');
    Failure failure;
    failure.error = given.substr(0, colon);
    // "States.Timeout" has no colon; a cause follows the first one.
    if (colon != std::string::npos) failure.cause = given.substr(colon + 1);
    out.answer = std::move(failure);
    return out;
}

Result<void> check_views(const Options& options) {
    if (options.until == 0 && !options.steps) return {};
    const std::string option = options.steps ? "--step" : "--until";
    if (options.format != "text" || options.out != "-")
        return usage_error(option +
                           " shows text on standard output, and goes with no --format or -o");
    return {};
}

/// Both name events of every recording.
Result<void> check_range(const Options& options, const RecordedRun& run) {
    const std::uint64_t last = std::max(options.from, options.until);
    const std::size_t events = run.history.events.size();
    if (last <= events) return {};
    return usage_error(run.name + ": " + (options.from > events ? "--from" : "--until") +
                       " expects an event from 1 to " + std::to_string(events) + ", found " +
                       std::to_string(last));
}

Result<ReplayOptions> replay_options(const Options& given) {
    ReplayOptions out;
    out.finds_all = given.finds_all;
    out.from_event = given.from;
    out.until_event = given.until;
    for (const std::string& text : given.answers) {
        GRADUS_TRY(AnswerOverride one, read_override(text, "--answer"));
        out.answers.push_back(std::move(one));
    }
    for (const std::string& text : given.failures) {
        GRADUS_TRY(AnswerOverride one, read_override(text, "--fail"));
        out.answers.push_back(std::move(one));
    }
    if (!given.input.empty()) {
        GRADUS_TRY(out.input, read_json_argument(given.input));
    }
    return out;
}

std::string report_text(const Options& options, const std::vector<ReplayedRun>& runs,
                        const std::vector<UnusableRun>& unusable) {
    if (options.format == "html") return html_report(runs, unusable);
    std::string out;
    if (options.format == "json") {
        for (const ReplayedRun& run : runs)
            out += to_json(json_report(run)) + "\n";
        for (const UnusableRun& one : unusable)
            out += to_json(Value::object(
                       {{"recording", one.name}, {"result", "unusable"}, {"reason", one.reason}})) +
                   "\n";
        return out;
    }
    if (runs.size() + unusable.size() > 1) return summary_table(runs, unusable);
    return runs.empty() ? "" : text_report(runs[0]);
}

/// What --until and --step look at.
Result<Timeline> timeline_of_one(const Options& options, const std::vector<RecordedRun>& runs,
                                 const std::vector<ReplayedRun>& replayed) {
    const std::string option = options.steps ? "--step" : "--until";
    if (runs.size() != 1 || replayed.size() != 1)
        return usage_error(option + " looks at one recording, found " +
                           std::to_string(runs.size()));
    return timeline_of(runs[0], replayed[0]);
}

Result<void> show_until(const Options& options, const Timeline& timeline) {
    const std::vector<HistoryEvent>& history = timeline.history();
    if (history.empty() || options.until > history.size())
        return usage_error("--until expects an event from 1 to " + std::to_string(history.size()) +
                           ", found " + std::to_string(options.until));
    std::cout << view_text(timeline.at(options.until - 1));
    return {};
}

Result<int> replay_all(const Options& options) {
    GRADUS_CHECK(check_views(options));
    GRADUS_TRY(const ReplayOptions how, replay_options(options));
    ReplayDefinition definition;
    if (!options.definition.empty()) {
        GRADUS_TRY(const auto defines, read_pairs(options.defines, "--define"));
        auto loaded = load_definition(options.definition, defines, WorkflowType::standard);
        if (!loaded) return static_cast<int>(usage);
        definition = {options.definition, std::move(loaded->text)};
    }
    GRADUS_TRY(RecordedRuns recorded, read_runs(options.recordings, options.execution));
    std::vector<ReplayedRun> replayed;
    for (const RecordedRun& run : recorded.runs) {
        GRADUS_CHECK(check_range(options, run));
        auto one = replay_run(run, definition, how);
        if (one)
            replayed.push_back(std::move(*one));
        else
            recorded.unusable.push_back({run.name, one.error().message});
    }
    for (const UnusableRun& one : recorded.unusable)
        complain(one.reason.starts_with(one.name) ? one.reason : one.name + ": " + one.reason);
    GRADUS_CHECK(write_file(options.out, report_text(options, replayed, recorded.unusable)));
    if (!options.junit.empty()) {
        GRADUS_CHECK(write_file(options.junit, junit_report(replayed, recorded.unusable)));
    }
    if (!recorded.unusable.empty()) return static_cast<int>(usage);
    if (options.until != 0 || options.steps) {
        GRADUS_TRY(const Timeline timeline, timeline_of_one(options, recorded.runs, replayed));
        std::fflush(stdout);
        if (options.until != 0) GRADUS_CHECK(show_until(options, timeline));
        if (options.steps) step_through(timeline, std::cin, std::cout, ::isatty(STDIN_FILENO) != 0);
        std::cout.flush();
    }
    for (const ReplayedRun& run : replayed) {
        if (run.verdict() != ReplayVerdict::equal) return static_cast<int>(differs);
    }
    return static_cast<int>(success);
}

Result<int> replay_or_audit(const Options& options) {
    if (options.store.empty() == options.recordings.empty())
        return usage_error("replay expects recordings or --store, and not both");
    if (options.store.empty()) return replay_all(options);
    if (options.format == "html")
        return usage_error("--store is reported as text or json, found html");
    return audit_store(options.store, options.format == "json");
}

} // namespace

void add_replay(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("replay", "Run recorded executions again, and compare");
    command->add_option("RECORDING", options->recordings,
                        "Recordings of gradus, histories from AWS (all pages), or folders of them");
    command->add_option("--store", options->store, "Audit this store instead: all its executions");
    command->add_option("-d,--definition", options->definition,
                        "Run with this definition; histories from AWS need one");
    command->add_option("--define", options->defines, "NAME=VALUE for ${NAME} in the definition");
    command->add_option("--input", options->input,
                        "The input, where the recording has no data: JSON, @FILE or -");
    command->add_option("--execution", options->execution,
                        "The ARN of the execution among log records of several");
    command->add_flag("--all", options->finds_all, "Go on behind the first difference");
    command->add_option("--answer", options->answers,
                        "STATE=JSON instead of the recorded answers; STATE#N=JSON of attempt N");
    command->add_option("--fail", options->failures,
                        "STATE=ERROR[:CAUSE] instead of the recorded answers");
    command->add_option("--from", options->from, "Compare from this event on")
        ->check(CLI::Range(events_min, events_max));
    command
        ->add_option("--until", options->until,
                     "Compare up to this event, and show how things stand there")
        ->check(CLI::Range(events_min, events_max));
    command->add_flag("--step", options->steps, "Go through the run event by event");
    command->add_option("--format", options->format, "text, json (an object a line) or html")
        ->check(CLI::IsMember({"text", "json", "html"}));
    command->add_option("-o,--out", options->out, "A file for the report");
    command->add_option("--junit", options->junit, "A file for the results as JUnit's XML");
    set_action(*command, exit_code, [options] { return replay_or_audit(*options); });
}

} // namespace gradus::cli
