// gradus mock-from RECORDING…: recorded executions as test cases of their workflow.
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/recorded_mocks.hpp"
#include "gradus/value_diff.hpp"
#include "gradus/virtual_loop.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/setting.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace gradus::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> recordings;
    std::string out = "-";
    std::string definition;
    std::string test;
};

/// A recorded execution, and how it ended.
struct Case {
    std::string name;
    std::string machine;
    std::string definition; // its text; empty: not known
    RecordedHistory history;
    RecordedMocks mocks;
    Value input;
    std::string expected; // the output, or what gradus run says of a failure; empty: any
    int exit_code = success;
    bool is_testable = false;
};

std::string text_of(const Value& value, const std::string& otherwise) {
    return value.is_string() ? std::string(value.as_string()) : otherwise;
}

/// A name that --mock FILE#CASE and Step Functions Local take.
std::string case_name(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x80 && std::isalnum(c) == 0 && c != '-'; }, '_');
    return text;
}

std::string last_part(const std::string& arn) { return arn.substr(arn.rfind(':') + 1); }

void take_end(Case& one) {
    using enum HistoryEventType;
    const RecordedEvent& last = one.history.events.back();
    one.is_testable = last.type == execution_succeeded || last.type == execution_failed ||
                      last.type == execution_timed_out || last.type == execution_aborted;
    if (last.type == execution_succeeded) {
        one.expected = to_json(last.details["output"]);
        return;
    }
    one.exit_code = failure;
    one.expected = text_of(last.details["error"], "(no error name)") + ": " +
                   text_of(last.details["cause"], "(no cause)");
}

Result<Case> read_case(const std::string& path) {
    GRADUS_TRY(const std::string text, read_file(path));
    Case one;
    if (is_recording(text)) {
        auto recording = read_recording(text);
        if (!recording)
            return Error{recording.error().code, path + ": " + recording.error().message};
        const ExecutionIdentity& identity = start_of(*recording).identity;
        one.name = identity.execution_name;
        one.machine = identity.state_machine_name;
        one.definition = recording->definition;
        one.history = recorded_history(*recording);
        one.input = start_of(*recording).input;
    } else {
        GRADUS_TRY(one.history, read_foreign_history({{path, text}}));
        const std::string& arn = one.history.execution_arn;
        one.name = arn.empty() ? machine_name(path) : last_part(arn);
        one.input = one.history.events[0].details["input"];
    }
    one.name = case_name(one.name);
    one.mocks = recorded_mocks(one.history);
    take_end(one);
    return one;
}

/// Tries the mocks: a run with them must end as the recorded one did.
void try_out(Case& one) {
    if (one.definition.empty() || !one.is_testable) return;
    const Compiled compiled = compile(one.definition);
    if (compiled.program == nullptr) {
        one.mocks.remarks.emplace_back("Its definition doesn't compile.");
        return;
    }
    VirtualLoop loop(clock_now());
    Engine engine(loop, nullptr);
    engine.use_mocks(one.mocks.responses);
    const auto arn = engine.start_execution(
        engine.add_state_machine({.name = one.machine, .program = compiled.program}), "",
        one.input);
    if (!arn) return one.mocks.remarks.push_back(arn.error().message);
    loop.run_until([&] { return engine.describe(*arn)->status != ExecutionStatus::running; });
    const ExecutionSummary summary = *engine.describe(*arn);
    const bool has_succeeded = summary.status == ExecutionStatus::succeeded;
    const std::string found = has_succeeded
                                  ? to_json(summary.output)
                                  : summary.failure.error.value_or("(no error name)") + ": " +
                                        summary.failure.cause.value_or("(no cause)");
    if (found == one.expected) return;
    if (has_succeeded != (one.exit_code == success)) {
        one.mocks.remarks.push_back("With these mocks the execution ends " +
                                    std::string(execution_status_name(summary.status)) +
                                    ", otherwise than it was recorded: " + found.substr(0, 200) +
                                    "; the test leaves it out.");
        one.is_testable = false;
        return;
    }
    std::string where;
    if (has_succeeded) {
        const auto differences = value_differences(*parse_json(one.expected), summary.output);
        if (!differences.empty()) where = " (at " + differences[0].pointer + ")";
    }
    one.mocks.remarks.push_back(
        "Each run ends with something of its own" + where +
        ": a draw, a time, a name; the test compares only whether it succeeds.");
    one.expected.clear();
}

Value mock_file(const std::vector<Case>& cases) {
    std::vector<std::string> machines;
    for (const Case& one : cases) {
        if (std::ranges::find(machines, one.machine) == machines.end())
            machines.push_back(one.machine);
    }
    ObjectBuilder all;
    ObjectBuilder responses;
    for (const std::string& machine : machines) {
        ObjectBuilder test_cases;
        for (const Case& one : cases) {
            if (one.machine != machine) continue;
            ObjectBuilder states;
            for (const Member& state : one.mocks.responses.as_object()) {
                const std::string name = std::string(state.name()) + " in " + one.name;
                states.append(state.key, name);
                responses.append(name, state.value);
            }
            test_cases.append(one.name, states.build());
        }
        all.append(machine, Value::object({{"TestCases", test_cases.build()}}));
    }
    return Value::object({{"StateMachines", all.build()}, {"MockedResponses", responses.build()}});
}

/// For a shell, as it stands.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
    return out + "'";
}

std::string test_script(const Options& options, const std::vector<Case>& cases) {
    const fs::path folder = fs::absolute(options.test).parent_path();
    const auto from_there = [&](const std::string& file) {
        return quoted(fs::relative(fs::absolute(file), folder).string());
    };
    std::string out = R"sh(#!/bin/sh
# Runs the workflow as it ran when it was recorded, and compares how it ends. Made by
# gradus mock-from. GRADUS names the program to use.
cd "$(dirname "$0")" || exit 2
workflow=)sh" + from_there(options.definition) +
                      "\nmocks=" + from_there(options.out) + R"sh(
failed=0
check() { # CASE EXIT-CODE EXPECTED INPUT
    found=$(printf '%s' "$4" |
        "${GRADUS:-gradus}" run "$workflow" --time skip --input - --mock "$mocks#$1" 2>&1)
    code=$?
    case "$found" in *"$3"*) same=yes ;; *) same=no ;; esac
    if [ "$code" = "$2" ] && [ "$same" = yes ]; then
        echo "ok $1"
    else
        failed=1
        echo "not ok $1: expected exit code $2 and $3"
        echo "  found exit code $code and $found"
    fi
}
)sh";
    for (const Case& one : cases) {
        if (!one.is_testable) continue;
        out += "check " + quoted(one.name) + " " + std::to_string(one.exit_code) + " " +
               quoted(one.expected) + " " + quoted(to_json(one.input)) + "\n";
    }
    return out + "exit $failed\n";
}

Result<void> check(const Options& options) {
    if (options.test.empty()) return {};
    if (options.definition.empty())
        return Error{ErrorCode::invalid_argument,
                     "--test expects --definition, the file of the workflow that it tests"};
    if (options.out == "-")
        return Error{ErrorCode::invalid_argument,
                     "--test expects -o FILE, the mock file that it uses"};
    return {};
}

Result<int> mock_from(const Options& options) {
    GRADUS_CHECK(check(options));
    std::vector<Case> cases;
    for (const std::string& path : options.recordings) {
        GRADUS_TRY(Case one, read_case(path));
        if (!options.definition.empty()) {
            GRADUS_TRY(one.definition, read_definition(options.definition, {}));
            one.machine = machine_name(options.definition);
        }
        if (one.machine.empty()) one.machine = "workflow";
        const std::string name = one.name;
        for (int number = 2; std::ranges::find(cases, one.name, &Case::name) != cases.end();)
            one.name = name + "-" + std::to_string(number++);
        if (!one.is_testable)
            one.mocks.remarks.emplace_back("It hadn't ended; the test leaves it out.");
        try_out(one);
        for (const std::string& remark : one.mocks.remarks)
            complain(path + ": " + remark);
        cases.push_back(std::move(one));
    }
    GRADUS_CHECK(write_file(options.out, to_pretty_json(mock_file(cases)) + "\n"));
    if (!options.test.empty()) {
        GRADUS_CHECK(write_file(options.test, test_script(options, cases)));
    }
    return static_cast<int>(success);
}

} // namespace

void add_mock_from(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "mock-from", "Make mocks, and a test, of what tasks answered in recorded executions");
    command
        ->add_option("RECORDING", options->recordings,
                     "Recordings of gradus, or histories as AWS prints them")
        ->required();
    command->add_option("-o,--output", options->out,
                        "The mock file, in the format of Step Functions Local");
    command->add_option("--definition", options->definition,
                        "The workflow file that is to be tested");
    command->add_option("--test", options->test,
                        "Write a test here, a shell script: the workflow must end as recorded");
    set_action(*command, exit_code, [options] { return mock_from(*options); });
}

} // namespace gradus::cli
