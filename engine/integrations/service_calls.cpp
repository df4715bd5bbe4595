#include "engine/integrations/service_calls.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

namespace gradus {
namespace {

// Denied is recorded; what else STS may say of a role is not, so it speaks itself.
std::string role_refusal(const TaskRequest& request, const aws::CallError& error) {
    if (error.code != "AccessDenied") return error.code + ": " + error.message;
    return "The role " + request.identity.role_arn +
           " is not authorized to assume the task state's role, " +
           request.task.credentials_role_arn.value_or("") + '.';
}

Failure failure_of(const TaskRequest& request, const ServiceCall& call,
                   const aws::CallError& error) {
    const bool is_role_refused = error.kind == aws::CallError::Kind::credentials &&
                                 error.http_status != 0 && request.task.credentials_role_arn;
    if (is_role_refused) return {"States.TaskFailed", role_refusal(request, error)};
    const CalledOperation called{*call.model, *call.operation};
    return call.optimised == nullptr ? sdk_failure(called, error)
                                     : optimised_failure(*call.optimised->names, called, error);
}

Value with_idempotency_token(const TaskRequest& request, const aws::Shape* input, Value values) {
    if (input == nullptr || !values.is_object()) return values;
    for (const aws::StructureMember& member : input->members) {
        if (member.ref.idempotency_token && values.find(member.name) == nullptr)
            values = std::move(values).with(member.name, idempotency_token(request));
    }
    return values;
}

} // namespace

std::string idempotency_token(const TaskRequest& request) {
    const std::string name = request.identity.execution_arn + '/' +
                             std::to_string(static_cast<std::uint64_t>(request.task.command));
    std::string token = to_hex(hash(HashAlgorithm::sha256, name)).substr(0, 32);
    for (const std::size_t at : {20U, 16U, 12U, 8U})
        token.insert(at, 1, '-');
    return token;
}

CallStyle ServiceCall::style() const {
    if (optimised == nullptr) return CallStyle::sdk;
    return optimised->fills_lists ? CallStyle::optimised_with_lists : CallStyle::optimised;
}

Result<ServiceCall, Failure> ServiceCalls::find(const Resource& resource) {
    const OptimisedCall* optimised = find_optimised_call(resource);
    if (optimised != nullptr) return find(*optimised, optimised->operation);
    return find_operation(find_sdk_action, resource.service, resource.action);
}

Result<ServiceCall, Failure> ServiceCalls::find(const OptimisedCall& job,
                                                std::string_view operation) {
    GRADUS_TRY(ServiceCall call, find_operation(find_action, job.model, operation));
    call.optimised = &job;
    return call;
}

Result<ServiceCall, Failure> ServiceCalls::find_operation(FindAction find_action_of,
                                                          std::string_view service,
                                                          std::string_view operation) {
    const auto found = find_action_of(*models_, service, operation);
    if (found) return ServiceCall{.model = found->model, .operation = found->operation};
    return Failure{"States.Runtime", "The action " + std::string(operation) + " of the service " +
                                         std::string(service) +
                                         " can't be called: " + found.error().message};
}

Value service_parameters(const TaskRequest& request, const ServiceCall& call) {
    Value parameters = request.task.parameters;
    if (request.task.resource->kind == ResourceKind::lambda_function) {
        // The input is the payload, whatever JSON it is.
        return Value::object(
            {{"FunctionName", request.task.resource->arn}, {"Payload", to_json(parameters)}});
    }
    if (call.optimised == nullptr || call.optimised->to_service == nullptr) return parameters;
    return call.optimised->to_service(request.identity, std::move(parameters));
}

aws::Call call_of(const TaskRequest& request, const ServiceCall& call, const Value& parameters) {
    return {.service = call.optimised != nullptr ? std::string(call.optimised->model)
                                                 : request.task.resource->service,
            .operation = call.operation->name,
            .input = with_idempotency_token(
                request, call.operation->input.shape,
                to_model_names(call.operation->input, parameters, call.style())),
            .region = request.identity.region,
            .role_arn = request.task.credentials_role_arn.value_or(""),
            .role_external_id = request.identity.state_machine_arn};
}

Result<Value, Failure> plain_output(const TaskRequest& request, const ServiceCall& call,
                                    const aws::CallResult& result) {
    if (!result) return failure_of(request, call, result.error());
    Value output = to_task_names(call.operation->output, result->output, call.style());
    if (!output.is_object()) output = Value::object();
    return output;
}

Result<Value, Failure> task_output(const TaskRequest& request, const ServiceCall& call,
                                   const aws::CallResult& result) {
    GRADUS_TRY(Value output, plain_output(request, call, result));
    if (call.optimised == nullptr) return output;
    if (call.optimised->from_service != nullptr) {
        GRADUS_TRY(output, call.optimised->from_service(std::move(output)));
    }
    if (request.task.resource->kind == ResourceKind::lambda_function) return output["Payload"];
    return with_metadata(std::move(output), *result);
}

Value with_metadata(Value result, const aws::CallOutput& output) {
    ObjectBuilder all;
    for (const Member& header : output.headers.as_object())
        all.append(header.key, Value::array({header.value}));
    result = std::move(result).with("SdkHttpMetadata",
                                    Value::object({{"AllHttpHeaders", all.build()},
                                                   {"HttpHeaders", output.headers},
                                                   {"HttpStatusCode", output.http_status}}));
    return sorted_by_name(std::move(result).with(
        "SdkResponseMetadata", Value::object({{"RequestId", output.request_id}})));
}

} // namespace gradus
