#pragma once
// How EC2 describes instances, shared by its operations. Inside of aws/simulated.

#include "aws/simulated/instances.hpp"

namespace gradus::simulated {

Value describe_instance(const Region& region, const Instance& instance);
Value state_value(InstanceState state);

/// {Region, LaunchTemplateId or -Name, Version} to the data of that version.
Result<Value, aws::ServiceError> template_data(Region& region, const Value& specification);
LaunchTemplate* find_launch_template(Region& region, const Value& specification);

} // namespace gradus::simulated
