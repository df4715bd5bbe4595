#include "engine/integrations/sdk_actions.hpp"

#include "states/base/closest_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace gradus {
namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Operations whose names begin and end so.
struct LeftOut {
    std::string_view service_id;
    std::string_view begin;
    std::string_view end;
};
/// AWS, "Learning to use AWS service SDK integrations in Step Functions", "Unsupported API actions
/// for supported services": streams, credentials, and what was deprecated by then.
constexpr auto left_out_actions = std::to_array<LeftOut>({
    {"EMR", "DescribeJobFlows", ""},
    {"Kinesis", "SubscribeToShard", ""},
    {"Lambda", "InvokeAsync", ""},
    {"Lex Runtime V2", "StartConversation", ""},
    {"RDS Data", "ExecuteSql", ""},
    {"S3", "SelectObjectContent", ""},
    {"STS", "Assume", ""},
    {"STS", "Get", "Token"},
});

bool is_stream(const aws::ShapeRef& ref) {
    return ref.shape != nullptr &&
           std::ranges::any_of(ref.shape->members, [](const aws::StructureMember& member) {
               return member.ref.shape->is_event_stream;
           });
}

bool is_left_out(const aws::ServiceModel& model, const aws::Operation& operation) {
    const std::string& id = model.metadata().service_id;
    const std::string_view name = operation.name;
    return is_stream(operation.input) || is_stream(operation.output) ||
           std::ranges::any_of(left_out_actions, [&](const LeftOut& each) {
               return each.service_id == id && name.starts_with(each.begin) &&
                      name.ends_with(each.end);
           });
}

Error unknown_action(const aws::ServiceModel& model, std::string_view service,
                     std::string_view action) {
    std::vector<std::string> names;
    for (const aws::Operation& operation : model.operations())
        names.push_back(action_name(operation.name));
    std::string message =
        "the AWS service " + std::string(service) + " has no action '" + std::string(action) + "'";
    const std::string_view near =
        closest_name(action, std::vector<std::string_view>(names.begin(), names.end()));
    if (!near.empty()) message.append(", did you mean '").append(near).append("'?");
    return {ErrorCode::not_found, std::move(message)};
}

} // namespace

Result<ServiceAction> find_action(aws::ModelCache& models, std::string_view service,
                                  std::string_view action) {
    GRADUS_TRY(std::shared_ptr<const aws::ServiceModel> model, models.get(service));
    for (const aws::Operation& operation : model->operations()) {
        if (equals_ignoring_case(operation.name, action))
            return ServiceAction{std::move(model), &operation};
    }
    return unknown_action(*model, service, action);
}

Result<ServiceAction> find_sdk_action(aws::ModelCache& models, std::string_view service,
                                      std::string_view action) {
    GRADUS_TRY(const ServiceAction found, find_action(models, service, action));
    const auto entry = models.find(service);
    if (entry && (*entry)->sdk_name != service)
        return Error{ErrorCode::not_found,
                     "resources of Step Functions don't know the AWS service '" +
                         std::string(service) + "', did you mean '" + (*entry)->sdk_name + "'?"};
    if (is_left_out(*found.model, *found.operation))
        return Error{ErrorCode::unsupported, "Step Functions has no SDK integration for " +
                                                 std::string(service) + ':' +
                                                 action_name(found.operation->name)};
    return found;
}

std::string action_name(std::string_view operation) {
    std::string out(operation);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z')
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
    return out;
}

} // namespace gradus
