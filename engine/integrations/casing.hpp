#pragma once
// Tasks name members in PascalCase whatever the service's own casing; time stamps are ISO 8601
// texts. A blob that is the whole body of a request is written as JSON. These translate between a
// task's JSON and the model's, along the model's shapes.

#include "aws/model/service_model.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus {

/// A member's name as tasks have it: "executionArn" is "ExecutionArn".
std::string task_name(std::string_view name);
/// A task's parameters in the names of the model. Members that the model doesn't know stay as they
/// are, for the client to refuse by name.
Value to_model_names(const aws::ShapeRef& shape, const Value& parameters);
/// A result in the names of tasks.
Value to_task_names(const aws::ShapeRef& shape, const Value& result);

} // namespace gradus
