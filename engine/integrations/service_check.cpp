// Sources: AWS, "Learning to use AWS service SDK integrations in Step Functions". The words are
// those of the recorded messages for optimised integrations.
#include "gradus/service_check.hpp"

#include "aws/protocol/scalars.hpp"
#include "engine/integrations/casing.hpp"
#include "engine/integrations/sdk_actions.hpp"
#include "gradus/json.hpp"
#include "states/base/closest_name.hpp"

#include <algorithm>

namespace gradus {
namespace {

constexpr std::size_t faults_max = 50; // of a task

/// Walks parameters and the shape that they should have.
class ParameterWalk {
public:
    explicit ParameterWalk(bool is_jsonata) : is_jsonata_(is_jsonata) {}

    void check(const aws::ShapeRef& ref, const Value& value, std::string_view name,
               const std::string& pointer) {
        using enum aws::ShapeType;
        if (faults.size() >= faults_max || is_unknown(value)) return;
        const aws::Shape& shape = *ref.shape;
        switch (shape.type) {
        case structure: return check_structure(shape, value, name, pointer);
        case list: return check_list(shape, value, name, pointer);
        case map: return check_map(shape, value, name, pointer);
        case string:
        case character:
            if (!value.is_string() && !ref.json_value) wrong_type("a string", value, name, pointer);
            return;
        case boolean:
            if (!value.is_boolean()) wrong_type("a boolean", value, name, pointer);
            return;
        case integer: {
            std::int64_t number = 0;
            if (!value.is_number() || !value.to_integer(number))
                wrong_type("an integer", value, name, pointer);
            return;
        }
        case real:
            if (!value.is_number()) wrong_type("a number", value, name, pointer);
            return;
        case timestamp:
            if (!aws::read_timestamp(value)) wrong_type("a time in ISO 8601", value, name, pointer);
            return;
        case blob:     // a body may be any JSON
        case document: // is any JSON
            return;
        }
        GRADUS_UNREACHABLE();
    }

    std::vector<ServiceFault> faults;

private:
    /// Null goes to the service, which answers for itself.
    bool is_unknown(const Value& value) const {
        return value.is_null() || (is_jsonata_ && is_expression(value));
    }
    static bool is_expression(const Value& value) {
        return value.is_string() && value.as_string().starts_with("{%") &&
               value.as_string().ends_with("%}");
    }
    bool is_computed(std::string_view name) const { return !is_jsonata_ && name.ends_with(".$"); }

    void check_structure(const aws::Shape& shape, const Value& value, std::string_view name,
                         const std::string& pointer) {
        if (!value.is_object()) return wrong_type("an object", value, name, pointer);
        // Only what all parameters are has been checked by AWS when a task runs.
        const Severity severity = pointer.empty() ? Severity::error : Severity::warning;
        for (const Member& given : value.as_object()) {
            std::string_view member_name = given.name();
            const bool is_value_unknown = is_computed(member_name);
            if (is_value_unknown) member_name.remove_suffix(2);
            const std::string at = pointer_child(pointer, given.name());
            const aws::StructureMember* member = find(shape, member_name);
            if (member == nullptr)
                unknown_member(shape, member_name, severity, at);
            else if (!is_value_unknown)
                check(member->ref, given.value, member_name, at);
        }
        for (const aws::StructureMember& member : shape.members) {
            // Tokens are made up where there is none.
            if (!member.required || member.ref.idempotency_token) continue;
            const std::string wanted = task_name(member.name);
            if (value.find(wanted) != nullptr) continue;
            if (!is_jsonata_ && value.find(wanted + ".$") != nullptr) continue;
            add({.severity = severity,
                 .pointer = pointer,
                 .message = "The field '" + wanted + "' is required but was missing"});
        }
    }

    void check_list(const aws::Shape& shape, const Value& value, std::string_view name,
                    const std::string& pointer) {
        if (!value.is_array()) return wrong_type("an array", value, name, pointer);
        for (std::size_t i = 0; i < value.size(); ++i)
            check(shape.element, value[i], name, pointer + '/' + std::to_string(i));
    }

    void check_map(const aws::Shape& shape, const Value& value, std::string_view name,
                   const std::string& pointer) {
        if (!value.is_object()) return wrong_type("an object", value, name, pointer);
        for (const Member& entry : value.as_object())
            if (!is_computed(entry.name()))
                check(shape.value, entry.value, entry.name(), pointer_child(pointer, entry.name()));
    }

    static const aws::StructureMember* find(const aws::Shape& shape, std::string_view name) {
        const auto found =
            std::ranges::find_if(shape.members, [&](const aws::StructureMember& member) {
                return task_name(member.name) == name;
            });
        return found == shape.members.end() ? nullptr : &*found;
    }

    void unknown_member(const aws::Shape& shape, std::string_view name, Severity severity,
                        const std::string& pointer) {
        std::vector<std::string> names;
        for (const aws::StructureMember& member : shape.members)
            names.push_back(task_name(member.name));
        const std::string_view near =
            closest_name(name, std::vector<std::string_view>(names.begin(), names.end()));
        add({.severity = severity,
             .pointer = pointer,
             .message = "The field '" + std::string(name) + "' is not supported by Step Functions",
             .hint = near.empty() ? "" : "did you mean '" + std::string(near) + "'?"});
    }

    void wrong_type(std::string_view wanted, const Value& found, std::string_view name,
                    const std::string& pointer) {
        add({.severity = Severity::warning,
             .pointer = pointer,
             .message = "The value of the field '" + std::string(name) + "' has an invalid format",
             .hint = aws::expected_but_found(wanted, found).message});
    }

    void add(ServiceFault fault) {
        if (faults.size() < faults_max) faults.push_back(std::move(fault));
    }

    bool is_jsonata_;
};

ServiceFault resource_fault(const Resource& resource, const Error& error) {
    // Without models there is nothing to be said against the resource.
    if (error.code != ErrorCode::not_found && error.code != ErrorCode::unsupported)
        return {.severity = Severity::warning,
                .is_of_resource = true,
                .message = "The call can't be checked: " + error.message};
    return {.is_of_resource = true,
            .message = "The resource provided " + resource.arn +
                       " is not recognized. The value is not a valid resource ARN, or the resource "
                       "is not available in this region.",
            .hint = error.message};
}

std::vector<ServiceFault> check(aws::ModelCache& models, const ServiceTask& task) {
    if (task.resource.kind != ResourceKind::aws_sdk) return {};
    const auto action = find_sdk_action(models, task.resource.service, task.resource.action);
    if (!action) return {resource_fault(task.resource, action.error())};
    if (task.parameters == nullptr) return {};
    ParameterWalk walk(task.is_jsonata);
    if (const aws::ShapeRef& input = action->operation->input; input.shape != nullptr)
        walk.check(input, *task.parameters, task.is_jsonata ? "Arguments" : "Parameters", "");
    return std::move(walk.faults);
}

} // namespace

ServiceCheck service_check_by_models(std::shared_ptr<aws::ModelCache> services) {
    if (services == nullptr) services = std::make_shared<aws::ModelCache>();
    return [services = std::move(services)](const ServiceTask& task) {
        return check(*services, task);
    };
}

} // namespace gradus
