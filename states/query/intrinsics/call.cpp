#include "states/query/intrinsics/call.hpp"

#include "gradus/json.hpp"
#include "states/base/closest_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gradus::intrinsics {

namespace {

// Sorted by use in AWS's page "Intrinsic functions for JSONPath states".
constexpr std::array functions = {
    Function{"States.Array", 0, any_number, false, array},
    Function{"States.ArrayPartition", 2, 2, false, array_partition},
    Function{"States.ArrayContains", 2, 2, false, array_contains},
    Function{"States.ArrayRange", 3, 3, false, array_range},
    Function{"States.ArrayGetItem", 2, 2, true, array_get_item},
    Function{"States.ArrayLength", 1, 1, false, array_length},
    Function{"States.ArrayUnique", 1, 1, false, array_unique},
    Function{"States.Base64Encode", 1, 1, true, base64_encode_text},
    Function{"States.Base64Decode", 1, 1, true, base64_decode_text},
    Function{"States.Hash", 2, 2, true, hash_data},
    Function{"States.JsonMerge", 3, 3, false, json_merge},
    Function{"States.StringToJson", 1, 1, false, string_to_json},
    Function{"States.JsonToString", 1, 1, true, json_to_string},
    Function{"States.MathRandom", 2, 3, false, math_random},
    Function{"States.MathAdd", 2, 2, false, math_add},
    Function{"States.StringSplit", 2, 2, false, string_split},
    Function{"States.UUID", 0, 0, true, uuid},
    Function{"States.Format", 1, any_number, true, format},
};

std::string failure_text(const CallNode& node, std::string_view reason) {
    std::string text = "The function '";
    text += node.text;
    text += "' had the following error: ";
    return text += reason;
}

Result<Value, IntrinsicError> evaluate_node(const CallNode& node, const Scope& scope);

Result<Value, IntrinsicError> evaluate_path(const CallNode& node, const path::Path& path,
                                            const Scope& scope) {
    auto value = path::evaluate(path, scope);
    if (value) return std::move(*value);
    if (value.error().fault == path::PathFault::over_limit)
        return IntrinsicError{IntrinsicFault::path, failure_text(node, value.error().message)};
    const Value* document = path::document_of(path, scope);
    if (document == nullptr) document = scope.input();
    return IntrinsicError{IntrinsicFault::path,
                          failure_text(node, "The JsonPath argument for the field '" + path.text() +
                                                 "' could not be found in the input '" +
                                                 (document != nullptr ? to_json(*document) : "") +
                                                 "'")};
}

Result<Value, IntrinsicError> evaluate_argument(const CallNode& node, const Argument& argument,
                                                const Scope& scope) {
    if (const auto* literal = std::get_if<Value>(&argument.content)) return *literal;
    if (const auto* path = std::get_if<path::Path>(&argument.content))
        return evaluate_path(node, *path, scope);
    return evaluate_node(*std::get<std::shared_ptr<const CallNode>>(argument.content), scope);
}

/// Recursion is bounded by nesting_max, at parsing.
Result<Value, IntrinsicError> evaluate_node(const CallNode& node, const Scope& scope) {
    std::vector<Value> arguments;
    arguments.reserve(node.arguments.size());
    for (const Argument& argument : node.arguments) {
        GRADUS_TRY(Value value, evaluate_argument(node, argument, scope));
        arguments.push_back(std::move(value));
    }
    FunctionResult result = node.function->call(arguments, scope.random());
    if (result) return std::move(*result);
    return IntrinsicError{IntrinsicFault::intrinsic, failure_text(node, result.error().reason)};
}

void collect_variables(const CallNode& node, std::vector<std::string>& names) {
    for (const Argument& argument : node.arguments) {
        if (const auto* path = std::get_if<path::Path>(&argument.content)) {
            for (std::string& name : path->variables_referenced())
                if (std::find(names.begin(), names.end(), name) == names.end())
                    names.push_back(std::move(name));
        } else if (const auto* call =
                       std::get_if<std::shared_ptr<const CallNode>>(&argument.content)) {
            collect_variables(**call, names);
        }
    }
}

} // namespace

const Function* find_function(std::string_view name) {
    const auto* found = std::find_if(functions.begin(), functions.end(),
                                     [&](const Function& known) { return known.name == name; });
    return found != functions.end() ? found : nullptr;
}

std::string_view closest_function(std::string_view name) {
    std::vector<std::string_view> names;
    names.reserve(functions.size());
    for (const Function& known : functions)
        names.push_back(known.name);
    return closest_name(name, names);
}

const std::string& Call::text() const { return node_->text; }
std::string_view Call::function_name() const { return node_->function->name; }
bool Call::can_return_string() const { return node_->function->can_return_string; }

std::vector<std::string> Call::variables_referenced() const {
    std::vector<std::string> names;
    collect_variables(*node_, names);
    return names;
}

bool looks_like_call(std::string_view text) { return text.starts_with("States."); }

Result<Value, IntrinsicError> evaluate(const Call& call, const Scope& scope) {
    return evaluate_node(call.node(), scope);
}

} // namespace gradus::intrinsics
