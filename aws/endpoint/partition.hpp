#pragma once
// Groups of regions with one domain (AWS General Reference, "AWS partitions"): the table behind
// the endpoint rules' aws.partition.

#include <string_view>

namespace gradus::aws {

struct Partition {
    std::string_view name;                   // "aws-cn"
    std::string_view dns_suffix;             // "amazonaws.com.cn"
    std::string_view dual_stack_dns_suffix;  // "api.amazonwebservices.com.cn"
    std::string_view implicit_global_region; // "cn-northwest-1"
    std::string_view global_name; // stands for the partition as a region: "aws-cn-global"
};

/// By the form of the region's name; what fits none is taken for a region of "aws".
const Partition& partition_of(std::string_view region);

} // namespace gradus::aws
