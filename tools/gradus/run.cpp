// gradus run FILE: runs any workflow file, on the machine's clock or on virtual time.
#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/recordings.hpp"
#include "tools/gradus/setting.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::string file;
    std::string input = "{}";
    std::string history_file;
    std::string recording_out;
    std::vector<std::string> redactions;
    std::string mock;
    std::vector<std::string> binds;
    std::vector<std::string> buckets;
    std::vector<std::string> defines;
    std::string name;
    SettingOptions setting;
    bool is_verbose = false;
    bool is_express = false;
};

/// The responses of one test case of a mock file, by state name. The format is that of Step
/// Functions Local: StateMachines → NAME → TestCases → CASE → STATE → name of a MockedResponse.
Result<Value> read_mock(const std::string& argument, const std::string& machine_name) {
    const std::size_t hash = argument.rfind('#');
    if (hash == std::string::npos) {
        return Error{ErrorCode::invalid_argument,
                     "--mock expects FILE#CASE but found '" + argument + "'"};
    }
    const std::string test_case = argument.substr(hash + 1);
    GRADUS_TRY(const Value document, read_json_argument("@" + argument.substr(0, hash)));
    const Value& machines = document["StateMachines"];
    const Value* states = nullptr;
    std::string known;
    if (machines.is_object()) {
        for (const Member& machine : machines.as_object()) {
            const Value& cases = machine.value["TestCases"];
            if (!cases.is_object()) continue;
            for (const Member& member : cases.as_object())
                known += " " + std::string(member.name());
            const bool is_ours = machine.name() == machine_name || states == nullptr;
            if (const Value* found = cases.find(test_case); found != nullptr && is_ours)
                states = found;
        }
    }
    if (states == nullptr || !states->is_object()) {
        return Error{ErrorCode::not_found,
                     "the mock file has no test case '" + test_case + "'; it has:" + known};
    }
    ObjectBuilder responses;
    for (const Member& state : states->as_object()) {
        const Value* response = state.value.is_string()
                                    ? document["MockedResponses"].find(state.value.as_string())
                                    : &state.value;
        if (response == nullptr || !response->is_object()) {
            return Error{ErrorCode::not_found, "the mock file has no MockedResponse for state '" +
                                                   std::string(state.name()) + "'"};
        }
        responses.put(state.key, *response);
    }
    return responses.build();
}

/// The execution, and into a folder the children of its Map Runs with theirs.
Result<void> record(const Engine& engine, const std::string& arn, RecordingWriter& writer) {
    std::vector<std::string> arns{arn};
    while (!arns.empty()) {
        const std::string next = std::move(arns.back());
        arns.pop_back();
        GRADUS_TRY(const Recording recording, engine.recording(next));
        GRADUS_CHECK(writer.write(recording));
        if (!writer.is_folder()) return {};
        for (const MapRunRecord& map_run : engine.map_runs(next)) {
            for (const ExecutionSummary& child : engine.children(map_run.map_run_arn))
                arns.push_back(child.identity.execution_arn);
        }
    }
    return {};
}

Result<int> run(const Options& options) {
    GRADUS_TRY(const auto defines, read_pairs(options.defines, "--define"));
    GRADUS_TRY(const auto buckets, read_pairs(options.buckets, "--bucket"));
    GRADUS_TRY(const auto binds, read_pairs(options.binds, "--bind"));
    GRADUS_TRY(const Value input, read_json_argument(options.input));
    const WorkflowType type = options.is_express ? WorkflowType::express : WorkflowType::standard;
    const auto loaded = load_definition(options.file, defines, type);
    if (!loaded) return static_cast<int>(usage);

    GRADUS_TRY(Setting setting, make_setting(options.setting));
    Engine& engine = *setting.engine;
    for (const auto& [resource, command] : binds)
        engine.bind_command(resource, command);
    for (const auto& [bucket, folder] : buckets)
        engine.bind_bucket(bucket, folder);
    const std::string name = machine_name(options.file);
    if (!options.mock.empty()) {
        GRADUS_TRY(Value responses, read_mock(options.mock, name));
        engine.use_mocks(std::move(responses));
    }
    const std::string machine = engine.add_state_machine({.name = name,
                                                          .program = loaded->compiled.program,
                                                          .type = type,
                                                          .definition = loaded->text});
    if (options.is_verbose) {
        engine.on_history([](const ExecutionIdentity& identity, const HistoryEvent& event) {
            log_history(identity, event);
        });
    }
    const auto arn = engine.start_execution(machine, options.name, input);
    if (!arn) return Error{ErrorCode::invalid_argument, arn.error().message};
    setting.run_until([&] { return engine.describe(*arn)->status != ExecutionStatus::running; });

    const ExecutionSummary summary = *engine.describe(*arn);
    if (!options.history_file.empty()) {
        GRADUS_CHECK(write_file(options.history_file,
                                to_pretty_json(history_json(engine.history(*arn))) + "\n"));
    }
    if (!options.recording_out.empty()) {
        GRADUS_TRY(RecordingWriter writer,
                   RecordingWriter::open(options.recording_out, options.redactions));
        GRADUS_CHECK(record(engine, *arn, writer));
        GRADUS_CHECK(writer.finish());
    }
    if (summary.status == ExecutionStatus::succeeded) {
        std::printf("%s\n", to_json(summary.output).c_str());
        return static_cast<int>(success);
    }
    if (summary.status == ExecutionStatus::running) {
        complain("the execution waits for something that can't come any more (a task token, an "
                 "activity)");
    } else {
        complain("the execution ended " + std::string(execution_status_name(summary.status)) +
                 ": " + summary.failure.error.value_or("(no error name)") + ": " +
                 summary.failure.cause.value_or("(no cause)"));
        if (summary.failure.cause == "The activity ARN does not exist.")
            complain("bind the activity to a program with --bind ARN=COMMAND, or mock its state");
    }
    return static_cast<int>(failure);
}

} // namespace

void add_run(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("run", "Run a workflow file; its output goes to standard output");
    command->add_option("FILE", options->file, "Workflow file; - is standard input")->required();
    command->add_option("--input", options->input, "Input: JSON, @FILE, or - for standard input");
    command->add_option("--history", options->history_file,
                        "Write the history here, as GetExecutionHistory shows it");
    command->add_option("--record", options->recording_out,
                        "Write a recording here, to be replayed anywhere: a file; or a folder, for "
                        "one of each child of a distributed Map, too");
    command->add_option("--redact", options->redactions, redact_help)->needs("--record");
    command->add_option("--mock", options->mock,
                        "Answer states from a mock file of Step Functions Local: FILE#CASE");
    command->add_option("--bind", options->binds,
                        "Answer a task with a local program: RESOURCE=COMMAND");
    command->add_option("--bucket", options->buckets,
                        "Read and write a bucket of a distributed Map in a folder: NAME=FOLDER");
    command->add_option("--define", options->defines, "Fill ${NAME} in the file: NAME=VALUE");
    command->add_option("--name", options->name, "Name of the execution; a UUID if not given");
    add_setting_options(*command, options->setting);
    command
        ->add_option("--history-limit", options->setting.history_events_max,
                     "Events after which the execution fails; 0: none")
        ->check(CLI::Range(0, 1'000'000'000));
    command->add_flag("-v,--verbose", options->is_verbose,
                      "Log each history event on standard error");
    command->add_flag("--express", options->is_express, "Run as an Express workflow");
    set_action(*command, exit_code, [options] { return run(*options); });
}

} // namespace gradus::cli
