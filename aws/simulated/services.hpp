#pragma once
// The tables of operations, one a service. Inside of aws/simulated.

#include "aws/simulated/call.hpp"

#include <span>

namespace gradus::simulated {

std::span<const OperationRow> ec2_place_operations();    // regions, zones, types, network, images
std::span<const OperationRow> ec2_instance_operations(); // run, describe, terminate, tag
std::span<const OperationRow> ec2_fleet_operations();    // launch templates, CreateFleet
std::span<const OperationRow> ec2_market_operations();   // prices, scores, spot requests
std::span<const OperationRow> auto_scaling_operations();
std::span<const OperationRow> ecs_cluster_operations();
std::span<const OperationRow> ecs_task_operations();
std::span<const OperationRow> ssm_operations();
std::span<const OperationRow> events_operations();
std::span<const OperationRow> service_quotas_operations();
std::span<const OperationRow> s3_bucket_operations();
std::span<const OperationRow> s3_object_operations();
std::span<const OperationRow> sts_operations();
std::span<const OperationRow> cloudwatch_operations();

} // namespace gradus::simulated
