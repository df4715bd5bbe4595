#pragma once
// Which operation of which service a name means: as in arn:aws:states:::aws-sdk:s3:getObject, and
// of optimised calls.

#include "aws/model/models.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace gradus {

struct ServiceAction {
    std::shared_ptr<const aws::ServiceModel> model;
    const aws::Operation* operation = nullptr; // of the model
};

/// The operation of that name, in any letter case. Fails with not_found, naming what was probably
/// meant, and as ModelCache::get does.
Result<ServiceAction> find_action(aws::ModelCache& models, std::string_view service,
                                  std::string_view action);
/// The same for SDK integrations, which know services by one name only ("cloudwatchlogs", not
/// "logs"), and fails with unsupported for actions that Step Functions leaves out.
Result<ServiceAction> find_sdk_action(aws::ModelCache& models, std::string_view service,
                                      std::string_view action);

/// "getObject" for GetObject.
std::string action_name(std::string_view operation);

} // namespace gradus
