#include "engine/integrations/aws_call.hpp"

#include "engine/integrations/casing.hpp"
#include "gradus/json.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace gradus {
namespace {

/// An optimised call: which operation it is, and how its errors are named. Recorded in the style of
/// the first Java SDK: "DynamoDB.ResourceNotFoundException", and "DynamoDB.AmazonDynamoDBException"
/// for what the model doesn't know.
struct OptimisedCall {
    std::string_view service;
    std::string_view action;
    std::string_view model;
    std::string_view operation;
    std::string_view error_prefix;
    std::string_view unmodelled_error;
    std::string_view service_name; // in causes
};
constexpr auto optimised_calls = std::to_array<OptimisedCall>({
    {"events", "putEvents", "events", "PutEvents", "EventBridge", "AmazonEventBridgeException",
     "AmazonEventBridge"},
    {"ecs", "runTask", "ecs", "RunTask", "ECS", "AmazonECSException", "AmazonECS"},
    {"sqs", "sendMessage", "sqs", "SendMessage", "SQS", "AmazonSQSException", "AmazonSQS"},
    {"sns", "publish", "sns", "Publish", "SNS", "AmazonSNSException", "AmazonSNS"},
    {"dynamodb", "getItem", "dynamodb", "GetItem", "DynamoDB", "AmazonDynamoDBException",
     "AmazonDynamoDBv2"},
    {"dynamodb", "putItem", "dynamodb", "PutItem", "DynamoDB", "AmazonDynamoDBException",
     "AmazonDynamoDBv2"},
    {"dynamodb", "updateItem", "dynamodb", "UpdateItem", "DynamoDB", "AmazonDynamoDBException",
     "AmazonDynamoDBv2"},
    {"dynamodb", "deleteItem", "dynamodb", "DeleteItem", "DynamoDB", "AmazonDynamoDBException",
     "AmazonDynamoDBv2"},
});

const OptimisedCall* find_optimised(const Resource& resource) {
    if (resource.kind != ResourceKind::optimised) return nullptr;
    const auto found = std::ranges::find_if(optimised_calls, [&](const OptimisedCall& call) {
        return call.service == resource.service && call.action == resource.action;
    });
    return found == optimised_calls.end() ? nullptr : &*found;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// EventBridge takes Detail as a text; AWS adds the execution to each entry's Resources.
Value with_event_details(const Value& parameters, const std::string& execution_arn) {
    const Value& entries = parameters["Entries"];
    if (!entries.is_array()) return parameters;
    Array out;
    for (const Value& entry : entries.as_array()) {
        Value changed = entry;
        if (entry.is_object()) {
            const Value* detail = entry.find("Detail");
            if (detail != nullptr && !detail->is_string())
                changed = changed.with("Detail", to_json(*detail));
            const Value resources =
                entry["Resources"].is_array() ? entry["Resources"] : Value::array({});
            changed = changed.with("Resources", resources.with_element(execution_arn));
        }
        out.push_back(std::move(changed));
    }
    return parameters.with("Entries", Value(std::move(out)));
}

Value with_metadata(Value result, const aws::CallOutput& output) {
    ObjectBuilder all;
    for (const Member& header : output.headers.as_object())
        all.append(header.key, Value::array({header.value}));
    result = std::move(result).with("SdkHttpMetadata",
                                    Value::object({{"AllHttpHeaders", all.build()},
                                                   {"HttpHeaders", output.headers},
                                                   {"HttpStatusCode", output.http_status}}));
    return std::move(result).with("SdkResponseMetadata",
                                  Value::object({{"RequestId", output.request_id}}));
}

std::string with_exception_suffix(std::string name) {
    return name.ends_with("Exception") ? name : name + "Exception";
}

} // namespace

struct AwsCallIntegration::Plan {
    std::shared_ptr<const aws::ServiceModel> model;
    const aws::Operation* operation = nullptr;
    const OptimisedCall* optimised = nullptr; // null: aws-sdk
};

std::string sdk_client_name(std::string_view service_id) {
    std::string out;
    bool is_in_capitals = false;
    for (std::size_t i = 0; i < service_id.size(); ++i) {
        const char c = service_id[i];
        if (c == ' ' || c == '-') {
            is_in_capitals = false;
            continue;
        }
        const bool is_upper = c >= 'A' && c <= 'Z';
        // Of a run of capitals only the first stays one.
        out += is_upper && is_in_capitals ? static_cast<char>(c - 'A' + 'a') : c;
        is_in_capitals = is_upper || (is_in_capitals && c >= '0' && c <= '9');
    }
    return out;
}

std::string sdk_cause(std::string_view client_name, const aws::CallError& error) {
    std::string out = error.message + " (Service: " + std::string(client_name) +
                      ", Status Code: " + std::to_string(error.http_status) +
                      ", Request ID: " + error.request_id;
    if (!error.extended_request_id.empty())
        out += ", Extended Request ID: " + error.extended_request_id;
    return out + ')';
}

bool AwsCallIntegration::handles(const Resource& resource) {
    return resource.kind == ResourceKind::aws_sdk || find_optimised(resource) != nullptr;
}

void AwsCallIntegration::start(const TaskRequest& request) {
    const Resource& resource = *request.task.resource;
    Plan plan{.optimised = find_optimised(resource)};
    const std::string service(plan.optimised != nullptr ? plan.optimised->model : resource.service);
    auto model = models_.get(service);
    if (model) {
        plan.model = *model;
        const std::string_view wanted =
            plan.optimised != nullptr ? plan.optimised->operation : resource.action;
        for (const aws::Operation& operation : plan.model->operations()) {
            if (equals_ignoring_case(operation.name, wanted)) plan.operation = &operation;
        }
    }
    if (plan.operation == nullptr) {
        answer_(request.execution,
                task_failed(request, "States.Runtime",
                            "The action " + resource.action + " of the service " +
                                resource.service + " isn't known"));
        return;
    }
    Value parameters = request.task.parameters;
    if (service == "events")
        parameters = with_event_details(parameters, request.identity.execution_arn);
    aws::Call call{.service = service,
                   .operation = plan.operation->name,
                   .input = to_model_names(plan.operation->input, parameters),
                   .region = request.identity.region};
    const std::pair key{request.execution, request.task.command};
    calls_[key] =
        client_.call(std::move(call), [this, request, plan, key](const aws::CallResult& result) {
            calls_.erase(key);
            finish(request, plan, result);
        });
}

void AwsCallIntegration::finish(const TaskRequest& request, const Plan& plan,
                                const aws::CallResult& result) {
    const std::string prefix = plan.optimised != nullptr
                                   ? std::string(plan.optimised->error_prefix)
                                   : sdk_client_name(plan.model->metadata().service_id);
    if (!result) {
        const aws::CallError& error = result.error();
        if (error.kind != aws::CallError::Kind::service) {
            answer_(request.execution,
                    task_failed(request, prefix + ".SdkClientException", error.message));
            return;
        }
        const std::string status = std::to_string(error.http_status);
        if (plan.optimised != nullptr) {
            const std::string name = error.shape.empty()
                                         ? std::string(plan.optimised->unmodelled_error)
                                         : with_exception_suffix(error.shape);
            answer_(request.execution,
                    task_failed(request, prefix + "." + name,
                                error.message +
                                    " (Service: " + std::string(plan.optimised->service_name) +
                                    "; Status Code: " + status + "; Error Code: " + error.code +
                                    "; Request ID: " + error.request_id + "; Proxy: null)"));
            return;
        }
        const std::string name =
            error.shape.empty() ? prefix + "Exception" : with_exception_suffix(error.shape);
        answer_(request.execution, task_failed(request, prefix + "." + name,
                                               sdk_cause(prefix, error) + " (SDK Attempt Count: " +
                                                   std::to_string(error.attempts) + ")"));
        return;
    }
    Value output = to_task_names(plan.operation->output, result->output);
    if (!output.is_object()) output = Value::object();
    const Value& failed_entries = output["FailedEntryCount"];
    std::int64_t failed = 0;
    if (plan.optimised != nullptr && failed_entries.to_integer(failed) && failed > 0) {
        answer_(request.execution, task_failed(request, prefix + ".FailedEntry", to_json(output)));
        return;
    }
    if (plan.optimised != nullptr) output = with_metadata(std::move(output), *result);
    if (request.task.resource->pattern == IntegrationPattern::wait_for_task_token) {
        answer_(request.execution, TaskSubmitted{request.task.command, std::move(output)});
    } else {
        answer_(request.execution, TaskSucceeded{request.task.command, std::move(output)});
    }
}

void AwsCallIntegration::cancel(ExecutionKey execution, CommandId command) {
    const auto found = calls_.find({execution, command});
    if (found == calls_.end()) return;
    client_.cancel(found->second);
    calls_.erase(found);
}

} // namespace gradus
