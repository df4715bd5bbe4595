#include "engine/integrations/lambda_result.hpp"

#include "gradus/json.hpp"

namespace gradus {

Value lambda_payload(std::string_view payload) {
    auto parsed = parse_json(payload);
    return parsed ? std::move(*parsed) : Value(payload);
}

Failure lambda_failure(std::string_view payload) {
    const Value parsed = lambda_payload(payload);
    const Value& type = parsed["errorType"];
    if (type.is_string() && type.size() > 0)
        return {std::string(type.as_string()), std::string(payload)};
    // AWS, "Handling errors in Step Functions workflows", for the name; the words are what
    // histories show.
    return {"Lambda.Unknown", "The cause could not be determined because Lambda did not return an "
                              "error type. Returned payload: " +
                                  std::string(payload)};
}

} // namespace gradus
