#include "aws/simulated/dispatch.hpp"

#include "aws/model/validate.hpp"
#include "aws/protocol/server_side.hpp"
#include "aws/signing/verify.hpp"
#include "aws/simulated/aws_chunks.hpp"
#include "aws/simulated/json_dialect.hpp"
#include "aws/simulated/services.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::HttpRequest;
using aws::HttpResponse;
using aws::Protocol;
using aws::ServiceError;
using aws::ServiceModel;
using aws::SignatureClaim;

struct Destination {
    std::string service;
    std::string region;
    std::string access_key_id;
};

struct ServiceTables {
    std::string_view model; // the model's name
    std::vector<std::span<const OperationRow>> tables;
};

std::vector<ServiceTables> service_tables() {
    return {
        {"ec2",
         {ec2_place_operations(), ec2_instance_operations(), ec2_fleet_operations(),
          ec2_market_operations()}},
        {"autoscaling", {auto_scaling_operations()}},
        {"ecs", {ecs_cluster_operations(), ecs_task_operations()}},
        {"ssm", {ssm_operations()}},
        {"events", {events_operations()}},
        {"service-quotas", {service_quotas_operations()}},
        {"s3", {s3_bucket_operations(), s3_object_operations()}},
        {"sts", {sts_operations()}},
        {"cloudwatch", {cloudwatch_operations()}},
    };
}

// "ec2.us-west-2.amazonaws.com", without a port. Global hosts ("sts.amazonaws.com") mean us-east-1.
Destination destination_of_host(const HttpRequest& request) {
    const std::string* header = aws::find_header(request.headers, "Host");
    std::string host = header != nullptr ? *header : request.host;
    host = host.substr(0, host.find(':'));
    static constexpr std::string_view domain = ".amazonaws.com";
    const std::size_t end = host.find(domain);
    if (end == std::string::npos) return {};
    std::string name = host.substr(0, end);
    // "BUCKET.s3.us-west-2"
    if (const std::size_t bucket_end = name.find(".s3."); bucket_end != std::string::npos)
        name.erase(0, bucket_end + 1);
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return {name, "us-east-1", ""};
    return {name.substr(0, dot), name.substr(dot + 1), ""};
}

Result<Destination, ServiceError> destination_of(const World& world, const HttpRequest& request) {
    const Result<SignatureClaim, ServiceError> claim = aws::read_signature_claim(request);
    if (claim) return Destination{claim->service, claim->region, claim->access_key_id};
    Destination out = destination_of_host(request);
    if (world.options.check_signatures || out.service.empty()) return claim.error();
    return out;
}

// What S3 alone does with a request: "BUCKET.s3.REGION.amazonaws.com" has in the host what models
// have in the path, and bodies come in pieces.
Result<aws::ReceivedCall, ServiceError> parse_s3_request(const ServiceModel& model,
                                                         HttpRequest request) {
    GRADUS_CHECK(join_aws_chunks(request));
    const std::string* host = aws::find_header(request.headers, "Host");
    const std::size_t end = host == nullptr ? std::string::npos : host->find(".s3.");
    const bool is_aws = end != std::string::npos && host->find(".amazonaws.com") > end;
    if (is_aws && end > 0) request.target.insert(0, "/" + host->substr(0, end));
    return aws::parse_request(model, request);
}

// S3's words for a signature that it doesn't believe (AWS, S3 API reference, "Error Responses").
ServiceError s3_authentication_error(const ServiceError& error) {
    if (error.code == "InvalidClientTokenId")
        return fault("InvalidAccessKeyId",
                     "The AWS Access Key Id you provided does not exist in our records.", 403);
    if (error.code == "RequestExpired")
        return fault("RequestTimeTooSkewed",
                     "The difference between the request time and the current time is too large.",
                     403);
    if (error.code == "IncompleteSignature")
        return fault("AuthorizationHeaderMalformed", error.message);
    if (error.code == "SignatureDoesNotMatch") return error;
    return fault("AccessDenied", "Access Denied", 403);
}

// The forms in which services say that they don't believe a signature (AWS, "Common errors" of each
// API reference).
ServiceError authentication_error(Protocol protocol, ServiceError error) {
    const bool is_unknown_key = error.code == "InvalidClientTokenId";
    const bool is_mismatch = error.code == "SignatureDoesNotMatch";
    if (protocol == Protocol::ec2) {
        if (!is_unknown_key && !is_mismatch) return error;
        return fault("AuthFailure", "AWS was not able to validate the provided access credentials",
                     401);
    }
    if (protocol == Protocol::rest_xml) return s3_authentication_error(error);
    if (protocol == Protocol::query) {
        error.http_status = 403;
        return error;
    }
    error.http_status = 400;
    if (is_unknown_key)
        return fault("UnrecognizedClientException",
                     "The security token included in the request is invalid.");
    const bool is_about_signature = is_mismatch || error.code == "RequestExpired";
    error.code = is_about_signature ? "InvalidSignatureException" : error.code + "Exception";
    return error;
}

Result<void, ServiceError> check_signature(World& world, Protocol protocol,
                                           const HttpRequest& request) {
    if (!world.options.check_signatures) return {};
    const aws::KeyLookup keys = [&](std::string_view id) -> std::optional<aws::Credentials> {
        for (const AccessKey& key : world.options.access_keys)
            if (key.id == id) return aws::Credentials{key.id, key.secret, "", std::nullopt};
        const auto session = world.session_secrets.find(std::string(id));
        if (session == world.session_secrets.end()) return std::nullopt;
        return aws::Credentials{session->first, session->second, "", std::nullopt};
    };
    const auto claim =
        aws::verify_signature(request, keys,
                              {.now_epoch_seconds = epoch_milliseconds(world.now) / 1000,
                               .skew_seconds_max = world.options.signature_skew_seconds_max});
    if (!claim) return authentication_error(protocol, claim.error());
    return {};
}

ServiceError throttling_error(Protocol protocol) {
    if (protocol == Protocol::ec2)
        return fault("RequestLimitExceeded", "Request limit exceeded.", 503);
    if (protocol == Protocol::rest_xml)
        return fault("SlowDown", "Please reduce your request rate.", 503);
    return fault(protocol == Protocol::query ? "Throttling" : "ThrottlingException",
                 "Rate exceeded");
}

bool is_throttled(World& world, const std::string& service, const std::string& region) {
    const std::int64_t second = epoch_milliseconds(world.now) / 1000;
    auto& [counted, calls] = world.call_rates[service + '/' + region];
    if (counted != second) calls = 0;
    counted = second;
    return ++calls > world.options.calls_per_second_max;
}

// The first injected failure that is meant for this call, used up by one.
std::optional<ServiceError> injected_failure(World& world, std::string_view service,
                                             std::string_view operation, std::string_view region) {
    const auto is_meant = [](const std::string& wanted, std::string_view found) {
        return wanted.empty() || wanted == found;
    };
    for (auto failure = world.injected.begin(); failure != world.injected.end(); ++failure) {
        const bool is_for_this = is_meant(failure->service, service) &&
                                 is_meant(failure->operation, operation) &&
                                 is_meant(failure->region, region);
        if (!is_for_this) continue;
        ServiceError error = failure->error;
        if (--failure->count <= 0) world.injected.erase(failure);
        return error;
    }
    return std::nullopt;
}

// Missing members and wrong types, in the words of each protocol.
std::optional<ServiceError> parameter_error(Protocol protocol, const aws::ReceivedCall& call) {
    const std::vector<aws::ParameterProblem> problems = aws::validate(*call.operation, call.params);
    if (problems.empty()) return std::nullopt;
    static constexpr std::string_view missing = "required member '";
    const std::string& message = problems.front().message;
    const bool is_missing = message.starts_with(missing);
    const std::string name =
        is_missing ? message.substr(missing.size(), message.rfind('\'') - missing.size()) : "";
    const std::string place =
        problems.front().path.empty() ? name : problems.front().path + '.' + name;
    if (protocol == Protocol::ec2)
        return is_missing
                   ? fault("MissingParameter", "The request must contain the parameter " + place)
                   : fault("InvalidParameterValue", aws::describe(problems));
    if (protocol == Protocol::rest_xml) return fault("InvalidArgument", aws::describe(problems));
    const std::string code =
        protocol == Protocol::query ? "ValidationError" : "ValidationException";
    if (!is_missing) return fault(code, aws::describe(problems));
    return fault(code, "1 validation error detected: Value null at '" + place +
                           "' failed to satisfy constraint: Member must not be null");
}

Handler find_handler(std::string_view model, std::string_view operation) {
    static const std::vector<ServiceTables> services = service_tables();
    for (const ServiceTables& service : services) {
        if (service.model != model) continue;
        for (const std::span<const OperationRow>& table : service.tables)
            for (const OperationRow& row : table)
                if (row.name == operation) return row.handler;
    }
    return nullptr;
}

Outcome call_states(World& world, const Region& region, const std::string& operation,
                    const Value& params) {
    if (world.states_backend) return world.states_backend(region.name, operation, params);
    if (operation == "ListStateMachines") return Value::object({{"stateMachines", Array{}}});
    if (operation == "ListActivities") return Value::object({{"activities", Array{}}});
    for (const auto& [member, code, what] :
         {std::tuple("executionArn", "ExecutionDoesNotExist", "Execution Does Not Exist: '"),
          std::tuple("stateMachineArn", "StateMachineDoesNotExist",
                     "State Machine Does Not Exist: '"),
          std::tuple("activityArn", "ActivityDoesNotExist", "Activity Does Not Exist: '")})
        if (const Value* arn = params.find(member)) return fault(code, what + text(*arn) + "'");
    if (params.find("taskToken") != nullptr)
        return fault("TaskDoesNotExist", "Task Does Not Exist: 'Task does not exist anymore'");
    return fault("AccessDeniedException", operation + " is not available in this simulated AWS");
}

Outcome answer(World& world, Region& region, const ServiceModel& model, std::string_view model_name,
               const aws::ReceivedCall& call, const Destination& destination) {
    const std::string& operation = call.operation->name;
    const Protocol protocol = model.metadata().protocol;
    if (const auto error = injected_failure(world, model_name, operation, region.name))
        return *error;
    if (is_throttled(world, destination.service, region.name)) return throttling_error(protocol);
    if (const auto error = parameter_error(protocol, call)) return *error;
    if (model_name == "stepfunctions") return call_states(world, region, operation, call.params);
    const Handler handler = find_handler(model_name, operation);
    if (handler == nullptr)
        return fault("NotImplemented",
                     "The operation " + std::string(model_name) + ':' + operation +
                         " is not simulated here",
                     501);
    if (protocol == Protocol::ec2 && is_set(call.params["DryRun"]))
        return fault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.",
                     412);
    ApiCall api_call{world, region, call.params, destination.access_key_id};
    return handler(api_call);
}

// For requests that can't be laid at any service's door.
HttpResponse bare_error(const ServiceError& error, std::string_view request_id) {
    HttpResponse out;
    out.status = error.http_status;
    out.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                   {"x-amzn-RequestId", std::string(request_id)}};
    out.body =
        to_json(Value::object({{"__type", Value(error.code)}, {"message", Value(error.message)}}));
    return out;
}

HttpResponse answer_to(World& world, const HttpRequest& request) {
    const std::string request_id = world.random.next_uuid();
    const Result<Destination, ServiceError> destination = destination_of(world, request);
    if (!destination) return bare_error(destination.error(), request_id);
    const auto service = world.models.find(destination->service);
    if (!service)
        return bare_error(fault("UnknownService",
                                "The service '" + destination->service + "' is not simulated here",
                                404),
                          request_id);
    const std::string& name = (*service)->name;
    const auto model = world.models.get(name);
    if (!model) return bare_error(fault("InternalFailure", model.error().message, 500), request_id);
    const bool is_json = is_json_dialect(**model, request);
    const auto refuse = [&](const ServiceError& error) {
        return is_json ? serialise_json_dialect_error(error, request_id)
                       : aws::serialise_error(**model, error, request_id);
    };
    const Protocol protocol = (*model)->metadata().protocol;
    if (const auto check = check_signature(world, protocol, request); !check)
        return refuse(check.error());
    Region* region = world.find_region(destination->region);
    // Identity is the same everywhere; clients ask for it wherever they are.
    if (region == nullptr && name == "sts" && !world.regions.empty())
        region = &world.regions.begin()->second;
    if (region == nullptr)
        return refuse(fault("OptInRequired",
                            "The region '" + destination->region + "' is not simulated here", 403));
    const auto call = is_json        ? parse_json_dialect(**model, request)
                      : name == "s3" ? parse_s3_request(**model, request)
                                     : aws::parse_request(**model, request);
    if (!call) return refuse(call.error());
    ++world.call_counts[name + ':' + call->operation->name];
    const Outcome outcome = answer(world, *region, **model, name, *call, *destination);
    if (!outcome) return refuse(outcome.error());
    return is_json ? serialise_json_dialect(*call->operation, *outcome, request_id)
                   : aws::serialise_output(**model, *call->operation, *outcome, request_id);
}

} // namespace

HttpResponse dispatch(World& world, const HttpRequest& request) {
    HttpResponse out = answer_to(world, request);
    // RFC 9110, sections 9.3.2 and 15.4.5.
    if (request.method == "HEAD" || out.status == 304) out.body.clear();
    return out;
}

} // namespace gradus::simulated
