#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

// AWS Systems Manager quotas: bytes of a standard parameter's value, names in one call.
constexpr std::size_t value_bytes_max = 4096;
constexpr std::size_t names_max = 10;

Value describe(const World& world, const Region& region, const Parameter& parameter) {
    const std::string slash = parameter.name.starts_with('/') ? "" : "/";
    return Value::object(
        {{"Name", Value(parameter.name)},
         {"Type", Value(parameter.type)},
         {"Value", Value(parameter.value)},
         {"Version", Value(parameter.version)},
         {"LastModifiedDate", time_value(parameter.modified)},
         {"ARN", Value(world.arn("ssm", region, "parameter" + slash + parameter.name))},
         {"DataType", Value(parameter.data_type)}});
}

// A name may be followed by ":version"; only the current one is kept here.
const Parameter* find_parameter(const Region& region, const std::string& name) {
    const std::size_t colon = name.rfind(':');
    const auto found = region.parameters.find(name.substr(0, colon));
    if (found == region.parameters.end()) return nullptr;
    const bool is_current = colon == std::string::npos ||
                            name.substr(colon + 1) == std::to_string(found->second.version);
    return is_current ? &found->second : nullptr;
}

Outcome put_parameter(ApiCall& call) {
    const std::string name = text(call.params["Name"]);
    if (name.empty())
        return fault("ValidationException", "1 validation error detected: Value '' at 'name' "
                                            "failed to satisfy constraint: Member must have "
                                            "length greater than or equal to 1");
    if (name.starts_with("/aws/") || name.starts_with("/ssm/"))
        return fault("AccessDeniedException",
                     "No access to reserved parameter name: " + name + ".");
    const std::string value = text(call.params["Value"]);
    const bool is_advanced = text(call.params["Tier"]) == "Advanced";
    if (value.size() > value_bytes_max * (is_advanced ? 2 : 1))
        return fault("ValidationException",
                     "Standard tier parameters support a maximum parameter value of 4096 "
                     "characters. To create a larger parameter value, upgrade the parameter to "
                     "use the advanced-parameter tier.");
    const auto old = call.region.parameters.find(name);
    const bool exists = old != call.region.parameters.end();
    if (exists && !is_set(call.params["Overwrite"]))
        return fault("ParameterAlreadyExists",
                     "The parameter already exists. To overwrite this value, set the overwrite "
                     "option in the request to true.");
    if (!exists && call.params.find("Type") == nullptr)
        return fault("ValidationException",
                     "A parameter type is required when you create a parameter.");
    Parameter& parameter = call.region.parameters[name];
    parameter.version = exists ? parameter.version + 1 : 1;
    parameter.name = name;
    parameter.type = text(call.params["Type"], parameter.type);
    parameter.value = value;
    parameter.data_type = text(call.params["DataType"], parameter.data_type);
    parameter.description = text(call.params["Description"], parameter.description);
    parameter.modified = call.world.now;
    return Value::object({{"Version", Value(parameter.version)},
                          {"Tier", Value(is_advanced ? "Advanced" : "Standard")}});
}

ServiceError not_found(const std::string& name) {
    return fault("ParameterNotFound", "Parameter " + name + " not found.");
}

Outcome get_parameter(ApiCall& call) {
    const std::string name = text(call.params["Name"]);
    const Parameter* found = find_parameter(call.region, name);
    // The real service gives no message here.
    if (found == nullptr) return fault("ParameterNotFound", "");
    return Value::object({{"Parameter", describe(call.world, call.region, *found)}});
}

Outcome get_parameters(ApiCall& call) {
    const std::vector<std::string> names = texts(call.params["Names"]);
    if (names.size() > names_max)
        return fault("ValidationException",
                     "1 validation error detected: Value at 'names' failed to satisfy "
                     "constraint: Member must have length less than or equal to 10");
    Array found;
    Array missing;
    for (const std::string& name : names) {
        const Parameter* parameter = find_parameter(call.region, name);
        if (parameter != nullptr)
            found.push_back(describe(call.world, call.region, *parameter));
        else
            missing.emplace_back(name);
    }
    return Value::object({{"Parameters", Value(std::move(found))},
                          {"InvalidParameters", Value(std::move(missing))}});
}

Outcome get_parameters_by_path(ApiCall& call) {
    std::string path = text(call.params["Path"]);
    if (!path.starts_with('/'))
        return fault("ValidationException",
                     "The parameter doesn't meet the parameter name requirements. The parameter "
                     "name must begin with a forward slash \"/\".");
    if (!path.ends_with('/')) path += '/';
    const bool is_recursive = is_set(call.params["Recursive"]);
    std::vector<Value> found;
    for (const auto& [name, parameter] : call.region.parameters) {
        const bool is_below = name.starts_with(path);
        const bool is_child = is_below && name.find('/', path.size()) == std::string::npos;
        if (is_child || (is_below && is_recursive))
            found.push_back(describe(call.world, call.region, parameter));
    }
    const std::int64_t size = std::min<std::int64_t>(10, integer(call.params["MaxResults"], 10));
    GRADUS_TRY(Page page, page_of(found, call.params["NextToken"], size, "InvalidNextToken"));
    Value out = Value::object({{"Parameters", Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("NextToken", Value(page.next_token));
}

Outcome delete_parameter(ApiCall& call) {
    const std::string name = text(call.params["Name"]);
    if (call.region.parameters.erase(name) == 0) return not_found(name);
    return Value::object();
}

Outcome delete_parameters(ApiCall& call) {
    Array deleted;
    Array missing;
    for (const std::string& name : texts(call.params["Names"]))
        (call.region.parameters.erase(name) > 0 ? deleted : missing).emplace_back(name);
    return Value::object({{"DeletedParameters", Value(std::move(deleted))},
                          {"InvalidParameters", Value(std::move(missing))}});
}

constexpr OperationRow rows[] = {
    {"PutParameter", put_parameter},       {"GetParameter", get_parameter},
    {"GetParameters", get_parameters},     {"GetParametersByPath", get_parameters_by_path},
    {"DeleteParameter", delete_parameter}, {"DeleteParameters", delete_parameters},
};

} // namespace

std::span<const OperationRow> ssm_operations() { return rows; }

} // namespace gradus::simulated
