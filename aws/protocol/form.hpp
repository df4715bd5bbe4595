#pragma once
// The form-encoded requests of the protocols query and ec2, both ways. They differ in names and in
// how lists and maps are numbered. Inside of aws/protocol.

#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus::aws {

enum class FormDialect { query, ec2 };

/// "Action=…&Version=…&…". Fails with invalid_argument and a path.
Result<std::string> write_form(const ServiceModel& model, const Operation& operation,
                               const Value& params, FormDialect dialect);

/// A form as the server received it.
struct ReceivedForm {
    std::string action;
    Value params = Value::object();
    std::string unknown; // the first parameter that the model doesn't know; empty: none
};
/// The action of a form; empty when it names none.
std::string form_action(std::string_view form);
/// Fails with invalid_argument (with a path) or limit.
Result<ReceivedForm> read_form(const Operation& operation, std::string_view form,
                               FormDialect dialect);

} // namespace gradus::aws
