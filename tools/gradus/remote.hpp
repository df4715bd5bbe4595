#pragma once
// The Step Functions API of a server, ours or AWS, one operation at a time: what the commands that
// speak to a server share.

#include "gradus/aws/client.hpp"
#include "gradus/runtime.hpp"
#include "gradus/value.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace gradus::cli {

/// --endpoint-url, --region and --profile. Borrows the options.
void add_remote_options(CLI::App& command, AwsSettings& options);

class StepFunctions {
public:
    /// Where nothing is given, environment and shared files say which server that is. Fails as
    /// Runtime::make_aws_client does.
    static Result<std::unique_ptr<StepFunctions>> make(const AwsSettings& settings);

    /// Blocks until the answer is there. Errors read "CODE: message".
    Result<Value> call(const std::string& operation, Value input);
    /// As call(), with the error as it came.
    aws::CallResult try_call(const std::string& operation, Value input);
    static Error error_of(const std::string& operation, const aws::CallError& error);
    /// The items under `member` of all pages, `items_max` at most.
    Result<std::vector<Value>> list(const std::string& operation, Value input,
                                    std::string_view member, std::size_t items_max);
    void sleep(std::chrono::milliseconds time);

    /// The ARN of a state machine that is given by ARN or by name. Fails with not_found, naming
    /// what was probably meant.
    Result<std::string> machine_arn(const std::string& machine);
    /// The ARN of an execution that is given by ARN or as MACHINE:NAME.
    Result<std::string> execution_arn(const std::string& execution);

    /// Asks until the execution has ended: its description.
    Result<Value> wait_for_end(const std::string& execution_arn);

private:
    StepFunctions() = default;

    Runtime runtime_;
    std::unique_ptr<aws::Client> client_;
};

/// What a command that waited for an execution says of it: the output on standard output, or why it
/// failed on standard error. The exit code.
int report_end(const Value& description);

} // namespace gradus::cli
