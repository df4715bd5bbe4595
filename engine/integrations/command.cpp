#include "engine/integrations/command.hpp"

#include "gradus/json.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

namespace gradus {
namespace {

struct ProgramOutput {
    int exit_code = -1;
    std::string text;
};

/// Feeds the input through a temporary file: a pipe in each direction could block both sides.
std::optional<ProgramOutput> run_program(const std::string& command_line,
                                         const std::string& input) {
    std::string path = (std::filesystem::temp_directory_path() / "gradus-task-XXXXXX").string();
    const int file = mkstemp(path.data());
    if (file < 0) return std::nullopt;
    std::size_t written = 0;
    while (written < input.size()) {
        const ssize_t count = write(file, input.data() + written, input.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    close(file);
    ProgramOutput output;
    FILE* pipe = popen(("(" + command_line + ") < " + path).c_str(), "r");
    if (pipe != nullptr) {
        char buffer[4096];
        std::size_t count = 0;
        while ((count = fread(buffer, 1, sizeof buffer, pipe)) > 0)
            output.text.append(buffer, count);
        const int status = pclose(pipe);
        output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }
    unlink(path.c_str());
    if (pipe == nullptr || written < input.size()) return std::nullopt;
    return output;
}

/// "2" or "1-2" against an invocation's number.
bool covers(std::string_view range, std::uint64_t invocation) {
    const std::size_t dash = range.find('-');
    const auto number = [](std::string_view text) {
        std::uint64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    const std::uint64_t first = number(range.substr(0, dash));
    const std::uint64_t last =
        dash == std::string_view::npos ? first : number(range.substr(dash + 1));
    return invocation >= first && invocation <= last;
}

std::optional<std::string> text_of(const Value& value) {
    if (!value.is_string()) return std::nullopt;
    return std::string(value.as_string());
}

} // namespace

void CommandIntegration::start(const TaskRequest& request) {
    const std::string& command_line = commands_.find(request.task.resource->arn)->second;
    if (!request.past.is_started)
        answer_(request.execution, TaskStarted{request.task.command, "gradus"});
    const auto output = run_program(command_line, to_json(request.task.parameters));
    if (!output) {
        answer_(request.execution, task_failed(request, "Gradus.CommandFailed",
                                               "The program couldn't be started: " + command_line));
        return;
    }
    const auto result = parse_json(output->text);
    if (output->exit_code == 0 && result) {
        answer_(request.execution, TaskSucceeded{request.task.command, *result});
    } else if (output->exit_code == 0) {
        answer_(request.execution, task_failed(request, "Gradus.CommandFailed",
                                               "The program's output isn't JSON: " + output->text));
    } else if (result && result->is_object() && result->find("Error") != nullptr) {
        answer_(request.execution,
                TaskFailed{request.task.command,
                           {text_of((*result)["Error"]), text_of((*result)["Cause"])}});
    } else {
        answer_(request.execution,
                task_failed(request, "Gradus.CommandFailed",
                            "The program ended with exit code " +
                                std::to_string(output->exit_code) + ": " + output->text));
    }
}

void MockIntegration::start(const TaskRequest& request) {
    const std::string state(request.task.state_name.as_string());
    const std::uint64_t invocation = invocations_[{request.execution, state}]++;
    const Value& responses = responses_[state];
    if (request.task.resource->kind == ResourceKind::activity) {
        answer_(request.execution, TaskStarted{request.task.command, std::nullopt});
    }
    for (const Member& member : responses.as_object()) {
        if (!covers(member.name(), invocation)) continue;
        if (const Value* result = member.value.find("Return")) {
            if (request.task.resource->has_token()) {
                answer_(request.execution, TaskSubmitted{request.task.command, *result});
            }
            answer_(request.execution, TaskSucceeded{request.task.command, *result});
        } else {
            const Value& thrown = member.value["Throw"];
            answer_(request.execution,
                    TaskFailed{request.task.command,
                               {text_of(thrown["Error"]), text_of(thrown["Cause"])}});
        }
        return;
    }
    answer_(request.execution,
            task_failed(request, "Gradus.MockMissing",
                        "The mock of state '" + state + "' has no response for invocation " +
                            std::to_string(invocation)));
}

} // namespace gradus
