#pragma once
// Holds a mocked result against the API of the service that a task calls: what TestState's field
// validation modes ask for. Pure but for a cache of models.

#include "aws/model/models.hpp"
#include "gradus/resource.hpp"
#include "gradus/test_state.hpp"

#include <optional>
#include <string>

namespace gradus {

class MockResultChecker {
public:
    /// What is wrong with the result, in AWS's words ("Field 'StatusCode' must be a number"), or
    /// nothing. Members that the API doesn't have are nobody's business, and neither are results
    /// of services without a built-in model, of functions, activities, and tasks that a token ends.
    std::optional<std::string> check(const Resource& resource, const Value& result,
                                     FieldValidationMode mode);

private:
    aws::ModelCache models_;
};

} // namespace gradus
