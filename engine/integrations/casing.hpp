#pragma once
// Tasks name members in PascalCase whatever the service's own casing. These translate between a
// task's JSON and the model's, along the model's shapes, in the style of one of two SDKs.

#include "aws/model/service_model.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus {

/// What differs between the kinds of integration. Recorded, but for epoch milliseconds of other
/// services than Step Functions.
enum class CallStyle {
    sdk,       // time stamps are ISO 8601 texts; a blob that is the whole body is written as JSON
    optimised, // epoch milliseconds, members in the order of their names; a blob that is given as
               // text goes out as it is
    optimised_with_lists, // the same, and lists that the service left out are there, empty (ECS)
};

/// A member's name as tasks have it: "executionArn" is "ExecutionArn".
std::string task_name(std::string_view name);
/// A task's parameters in the names of the model. Members that the model doesn't know stay as they
/// are, for the client to refuse by name.
Value to_model_names(const aws::ShapeRef& shape, const Value& parameters,
                     CallStyle style = CallStyle::sdk);
/// A result in the names of tasks.
Value to_task_names(const aws::ShapeRef& shape, const Value& result,
                    CallStyle style = CallStyle::sdk);
/// The same object with its members in the order of their names.
Value sorted_by_name(const Value& object);

} // namespace gradus
