#include "gradus/mock_check.hpp"

#include "aws/model/models.hpp"
#include "engine/integrations/casing.hpp"
#include "engine/integrations/sdk_actions.hpp"
#include "states/base/base.hpp"

#include <algorithm>

namespace gradus {
namespace {

using Fault = std::optional<std::string>;

/// Walks a result and the shape it should have. Messages are recorded, those for booleans, objects
/// and lengths above the greatest excepted, which are worded like their neighbours.
class ShapeCheck {
public:
    explicit ShapeCheck(FieldValidationMode mode) : mode_(mode) {}

    /// Depth is that of the value, which the parser has bounded.
    Fault check(const aws::Shape& shape, const std::string& name, const Value& value) const {
        using enum aws::ShapeType;
        switch (shape.type) {
        case structure: return check_structure(shape, name, value);
        case list: return check_list(shape, name, value);
        case map: return check_map(shape, name, value);
        case string:
        case character: return check_text(shape, name, value);
        case timestamp: return value.is_string() ? Fault() : must_be(name, "a string");
        case boolean: return value.is_boolean() ? Fault() : must_be(name, "a boolean");
        case integer:
        case real: return check_number(shape, name, value);
        // A task shows the bytes of a body as whatever JSON they hold.
        case blob:
        case document: return std::nullopt;
        }
        GRADUS_UNREACHABLE();
    }

private:
    static Fault must_be(const std::string& name, const std::string& what) {
        return "Field '" + name + "' must be " + what;
    }

    Fault check_structure(const aws::Shape& shape, const std::string& name,
                          const Value& value) const {
        if (!value.is_object()) return must_be(name, "an object");
        for (const aws::StructureMember& member : shape.members) {
            const std::string member_name = task_name(member.name);
            const Value* found = value.find(member_name);
            if (found == nullptr) {
                if (mode_ == FieldValidationMode::strict && member.required)
                    return "Required field '" + member_name + "' is missing";
                continue;
            }
            if (auto fault = check(*member.ref.shape, member_name, *found)) return fault;
        }
        return std::nullopt;
    }

    Fault check_list(const aws::Shape& shape, const std::string& name, const Value& value) const {
        if (!value.is_array()) return must_be(name, "an array");
        for (const Value& element : value.as_array()) {
            if (auto fault = check(*shape.element.shape, name, element)) return fault;
        }
        return std::nullopt;
    }

    Fault check_map(const aws::Shape& shape, const std::string& name, const Value& value) const {
        if (!value.is_object()) return must_be(name, "an object");
        for (const Member& member : value.as_object()) {
            if (auto fault = check(*shape.value.shape, name, member.value)) return fault;
        }
        return std::nullopt;
    }

    static Fault check_text(const aws::Shape& shape, const std::string& name, const Value& value) {
        if (!value.is_string()) return must_be(name, "a string");
        const auto& known = shape.enumeration;
        if (!known.empty() && std::ranges::find(known, value.as_string()) == known.end())
            return "Field '" + name + "' is not an expected value";
        const auto length = static_cast<double>(code_point_count(value.as_string()));
        if (shape.min && length < *shape.min)
            return "Field '" + name + "' is smaller than the minimum length";
        if (shape.max && length > *shape.max)
            return "Field '" + name + "' exceeds the maximum length";
        return std::nullopt;
    }

    static Fault check_number(const aws::Shape& shape, const std::string& name,
                              const Value& value) {
        if (!value.is_number()) return must_be(name, "a number");
        const double number = value.as_double();
        if (shape.min && number < *shape.min)
            return "Field '" + name + "' is less than the minimum value";
        if (shape.max && number > *shape.max)
            return "Field '" + name + "' exceeds the maximum value";
        return std::nullopt;
    }

    FieldValidationMode mode_;
};

/// The operation whose answer a task's result is. A job's is that of the call that asks how it is;
/// of those, only executions are known here.
std::string operation_name(const Resource& resource) {
    switch (resource.pattern) {
    case IntegrationPattern::request_response: return resource.action;
    case IntegrationPattern::run_job:
        return resource.service == "states" ? "DescribeExecution" : "";
    case IntegrationPattern::run_job_parsed:      // whose texts are JSON
    case IntegrationPattern::wait_for_task_token: // whatever the token comes back with
        return "";
    }
    GRADUS_UNREACHABLE();
}

Fault check(aws::ModelCache& models, const Resource& resource, const Value& result,
            FieldValidationMode mode) {
    const bool is_service =
        resource.kind == ResourceKind::optimised || resource.kind == ResourceKind::aws_sdk;
    if (mode == FieldValidationMode::none || !is_service) return std::nullopt;
    const auto called = find_action(models, resource.service, operation_name(resource));
    if (!called || called->operation->output.shape == nullptr) return std::nullopt;
    // The recorded messages name single members only; this is for a result that is no object.
    return ShapeCheck(mode).check(*called->operation->output.shape, "result", result);
}

} // namespace

MockCheck mock_check_by_service_models(std::shared_ptr<aws::ModelCache> services) {
    if (services == nullptr) services = std::make_shared<aws::ModelCache>();
    return [models = std::move(services)](const Resource& resource, const Value& result,
                                          FieldValidationMode mode) {
        return check(*models, resource, result, mode);
    };
}

} // namespace gradus
