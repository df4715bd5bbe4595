// Names: AWS, "Integrating optimized services" and the page of each service, with the members of
// the API's own request where a page doesn't list them all. lambda's LogType isn't documented, but
// recorded.
#include "states/program/integration_parameters.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

using Names = std::string_view;

constexpr auto lambda_required = std::to_array<Names>({"FunctionName"});
constexpr auto lambda_optional = std::to_array<Names>(
    {"ClientContext", "InvocationType", "LogType", "Payload", "Qualifier", "TenantId"});
constexpr auto invocation_types = std::to_array<Names>({"RequestResponse", "Event", "DryRun"});
constexpr auto lambda_values =
    std::to_array<ParameterValues>({{"InvocationType", invocation_types}});

constexpr auto sqs_required = std::to_array<Names>({"QueueUrl", "MessageBody"});
constexpr auto sqs_optional =
    std::to_array<Names>({"DelaySeconds", "MessageAttributes", "MessageDeduplicationId",
                          "MessageGroupId", "MessageSystemAttributes"});

constexpr auto sns_required = std::to_array<Names>({"Message", "TopicArn|TargetArn|PhoneNumber"});
constexpr auto sns_optional =
    std::to_array<Names>({"MessageAttributes", "MessageDeduplicationId", "MessageGroupId",
                          "MessageStructure", "Subject"});

constexpr auto item_key_required = std::to_array<Names>({"TableName", "Key"});
constexpr auto get_item_optional =
    std::to_array<Names>({"AttributesToGet", "ConsistentRead", "ExpressionAttributeNames",
                          "ProjectionExpression", "ReturnConsumedCapacity"});
constexpr auto put_item_required = std::to_array<Names>({"TableName", "Item"});
constexpr auto put_item_optional = std::to_array<Names>(
    {"ConditionalOperator", "ConditionExpression", "Expected", "ExpressionAttributeNames",
     "ExpressionAttributeValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics",
     "ReturnValues", "ReturnValuesOnConditionCheckFailure"});
constexpr auto update_item_optional =
    std::to_array<Names>({"AttributeUpdates", "ConditionalOperator", "ConditionExpression",
                          "Expected", "ExpressionAttributeNames", "ExpressionAttributeValues",
                          "ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues",
                          "ReturnValuesOnConditionCheckFailure", "UpdateExpression"});

constexpr auto put_events_required = std::to_array<Names>({"Entries"});
constexpr auto put_events_optional = std::to_array<Names>({"EndpointId"});

constexpr auto start_execution_required = std::to_array<Names>({"StateMachineArn"});
constexpr auto start_execution_optional = std::to_array<Names>({"Input", "Name", "TraceHeader"});

constexpr auto api_gateway_required = std::to_array<Names>({"ApiEndpoint", "Method"});
constexpr auto api_gateway_optional = std::to_array<Names>(
    {"AllowNullValues", "AuthType", "Headers", "Path", "QueryParameters", "RequestBody", "Stage"});
constexpr auto api_gateway_methods =
    std::to_array<Names>({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"});
constexpr auto auth_types = std::to_array<Names>({"NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"});
constexpr auto api_gateway_values =
    std::to_array<ParameterValues>({{"Method", api_gateway_methods}, {"AuthType", auth_types}});

// Recorded for Headers; AWS, "Call API Gateway", says the same of QueryParameters.
constexpr auto api_gateway_formats =
    std::to_array<ParameterFormat>({{"ApiEndpoint", ValueFormat::text},
                                    {"Headers", ValueFormat::object_of_arrays},
                                    {"QueryParameters", ValueFormat::object_of_arrays}});

constexpr auto http_required =
    std::to_array<Names>({"ApiEndpoint", "Method", "Authentication|InvocationConfig"});
constexpr auto http_optional =
    std::to_array<Names>({"Headers", "QueryParameters", "RequestBody", "Transform"});
constexpr auto http_values = std::to_array<ParameterValues>({{"Method", api_gateway_methods}});

constexpr auto ecs_required = std::to_array<Names>({"TaskDefinition"});
constexpr auto batch_required = std::to_array<Names>({"JobDefinition", "JobName", "JobQueue"});
constexpr auto glue_required = std::to_array<Names>({"JobName"});
constexpr auto databrew_required = std::to_array<Names>({"Name"});
constexpr auto query_string_required = std::to_array<Names>({"QueryString"});
constexpr auto query_id_required = std::to_array<Names>({"QueryExecutionId"});
constexpr auto project_required = std::to_array<Names>({"ProjectName"});
constexpr auto media_convert_required = std::to_array<Names>({"Role", "Settings"});
constexpr auto model_required = std::to_array<Names>({"ModelId"});

// The types of the required members in each service's API; that AWS words it as for Headers is
// assumed.
constexpr auto lambda_formats =
    std::to_array<ParameterFormat>({{"FunctionName", ValueFormat::text}});
constexpr auto sqs_formats = std::to_array<ParameterFormat>({{"QueueUrl", ValueFormat::text}});
constexpr auto sns_formats = std::to_array<ParameterFormat>({{"TopicArn", ValueFormat::text},
                                                             {"TargetArn", ValueFormat::text},
                                                             {"PhoneNumber", ValueFormat::text}});
constexpr auto item_formats = std::to_array<ParameterFormat>({{"TableName", ValueFormat::text},
                                                              {"Key", ValueFormat::object},
                                                              {"Item", ValueFormat::object}});
constexpr auto put_events_formats =
    std::to_array<ParameterFormat>({{"Entries", ValueFormat::array}});
constexpr auto start_execution_formats =
    std::to_array<ParameterFormat>({{"StateMachineArn", ValueFormat::text}});

constexpr auto table = std::to_array<IntegrationParameters>({
    {"lambda", "invoke", lambda_required, lambda_optional, lambda_values, lambda_formats},
    {"sqs", "sendMessage", sqs_required, sqs_optional, {}, sqs_formats},
    {"sns", "publish", sns_required, sns_optional, {}, sns_formats},
    {"dynamodb", "getItem", item_key_required, get_item_optional, {}, item_formats},
    {"dynamodb", "putItem", put_item_required, put_item_optional, {}, item_formats},
    {"dynamodb", "updateItem", item_key_required, update_item_optional, {}, item_formats},
    {"dynamodb", "deleteItem", item_key_required, put_item_optional, {}, item_formats},
    {"events", "putEvents", put_events_required, put_events_optional, {}, put_events_formats},
    {"states",
     "startExecution",
     start_execution_required,
     start_execution_optional,
     {},
     start_execution_formats},
    {"apigateway", "invoke", api_gateway_required, api_gateway_optional, api_gateway_values,
     api_gateway_formats},
    {"http", "invoke", http_required, http_optional, http_values, {}},
    {"ecs", "runTask", ecs_required, {}, {}, {}},
    {"batch", "submitJob", batch_required, {}, {}, {}},
    {"glue", "startJobRun", glue_required, {}, {}, {}},
    {"databrew", "startJobRun", databrew_required, {}, {}, {}},
    {"athena", "startQueryExecution", query_string_required, {}, {}, {}},
    {"athena", "stopQueryExecution", query_id_required, {}, {}, {}},
    {"athena", "getQueryExecution", query_id_required, {}, {}, {}},
    {"athena", "getQueryResults", query_id_required, {}, {}, {}},
    {"codebuild", "startBuild", project_required, {}, {}, {}},
    {"codebuild", "startBuildBatch", project_required, {}, {}, {}},
    {"mediaconvert", "createJob", media_convert_required, {}, {}, {}},
    {"bedrock", "invokeModel", model_required, {}, {}, {}},
});

} // namespace

std::vector<std::string_view> alternatives(std::string_view group) {
    std::vector<std::string_view> names;
    while (true) {
        const std::size_t end = group.find('|');
        names.push_back(group.substr(0, end));
        if (end == std::string_view::npos) return names;
        group.remove_prefix(end + 1);
    }
}

const IntegrationParameters* integration_parameters(const Resource& resource) {
    if (resource.kind != ResourceKind::optimised) return nullptr;
    const auto found = std::ranges::find_if(table, [&](const IntegrationParameters& row) {
        return row.service == resource.service && row.action == resource.action;
    });
    return found == table.end() ? nullptr : &*found;
}

} // namespace gradus
