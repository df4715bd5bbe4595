#include "workflows/handlers/parameters.hpp"

#include "workflows/capacity/failure_classes.hpp"
#include "workflows/capacity/members.hpp"

namespace gradus::workflows {
namespace {

constexpr int pages_max = 100;

} // namespace

Failure failure_of(const aws::CallError& error, const std::string& what) {
    if (error.kind == aws::CallError::Kind::transport) {
        return {"Passing.Server", what + ": " + error.message};
    }
    const capacity::Classified found = capacity::classify(error.code, error.message);
    return {capacity::failure_name(found.kind), what + ": " + error.code + ": " + error.message};
}

Task<Result<Parameters, Failure>> read_parameters(aws::Client& aws, std::string region,
                                                  std::string path) {
    Parameters out;
    std::string token;
    for (int page = 0; page < pages_max; ++page) {
        Value input = Value::object({{"Path", path}, {"Recursive", true}, {"MaxResults", 10}});
        if (!token.empty()) input = std::move(input).with("NextToken", token);
        aws::Call request{"ssm", "GetParametersByPath", std::move(input), region};
        const aws::CallResult result = co_await call(aws, std::move(request));
        if (!result) co_return failure_of(result.error(), "reading " + path);
        const Value& parameters = result->output["Parameters"];
        if (parameters.is_array()) {
            for (const Value& parameter : parameters.as_array()) {
                std::string name = capacity::text_of(parameter["Name"]);
                if (!name.starts_with(path)) continue;
                out.insert_or_assign(name.substr(path.size()),
                                     capacity::text_of(parameter["Value"]));
            }
        }
        token = capacity::text_of(result->output["NextToken"]);
        if (token.empty()) co_return out;
    }
    co_return Failure{"Passing.Server", "reading " + path + ": the pages don't end"};
}

Task<Result<bool, Failure>> put_parameter(aws::Client& aws, std::string region, std::string name,
                                          std::string value, Overwrite overwrite) {
    Value input = Value::object({{"Name", name},
                                 {"Value", value},
                                 {"Type", "String"},
                                 {"Overwrite", overwrite == Overwrite::yes}});
    aws::Call request{"ssm", "PutParameter", std::move(input), region};
    const aws::CallResult result = co_await call(aws, std::move(request));
    if (result) co_return true;
    if (result.error().code == "ParameterAlreadyExists") co_return false;
    co_return failure_of(result.error(), "writing " + name);
}

Task<Result<bool, Failure>> delete_parameter(aws::Client& aws, std::string region,
                                             std::string name) {
    Value input = Value::object({{"Name", name}});
    aws::Call request{"ssm", "DeleteParameter", std::move(input), region};
    const aws::CallResult result = co_await call(aws, std::move(request));
    if (result) co_return true;
    if (result.error().code == "ParameterNotFound") co_return false;
    co_return failure_of(result.error(), "deleting " + name);
}

} // namespace gradus::workflows
