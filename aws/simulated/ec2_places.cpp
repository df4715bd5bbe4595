#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;
using Values = std::vector<std::string>;

// The common end of the describing operations: a page of `items` under `member`.
Outcome paged(ApiCall& call, std::string_view member, const std::vector<Value>& items) {
    GRADUS_TRY(Page page, page_of(items, call.params["NextToken"],
                                  integer(call.params["MaxResults"], 1000), "InvalidNextToken"));
    Value out = Value::object({{member, Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("NextToken", Value(page.next_token));
}

Outcome describe_regions(ApiCall& call) {
    const Values wanted = texts(call.params["RegionNames"]);
    std::vector<Value> out;
    for (const auto& [name, region] : call.world.regions) {
        if (!is_among(wanted, name)) continue;
        const auto values_of = [&name = name](std::string_view filter) -> std::optional<Values> {
            if (filter == "region-name") return Values{name};
            if (filter == "endpoint") return Values{"ec2." + name + ".amazonaws.com"};
            if (filter == "opt-in-status") return Values{"opt-in-not-required"};
            return std::nullopt;
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted)
            out.push_back(Value::object({{"RegionName", Value(name)},
                                         {"Endpoint", Value("ec2." + name + ".amazonaws.com")},
                                         {"OptInStatus", Value("opt-in-not-required")}}));
    }
    if (out.size() < wanted.size())
        return fault("InvalidParameterValue", "Invalid region names provided");
    return Value::object({{"Regions", Value(std::move(out))}});
}

Outcome describe_availability_zones(ApiCall& call) {
    const Values names = texts(call.params["ZoneNames"]);
    const Values ids = texts(call.params["ZoneIds"]);
    std::vector<Value> out;
    for (const Zone& zone : call.region.ec2.zones) {
        if (!is_among(names, zone.name) || !is_among(ids, zone.id)) continue;
        const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
            if (filter == "zone-name") return Values{zone.name};
            if (filter == "zone-id") return Values{zone.id};
            if (filter == "region-name") return Values{call.region.name};
            if (filter == "state") return Values{"available"};
            if (filter == "zone-type") return Values{"availability-zone"};
            if (filter == "opt-in-status") return Values{"opt-in-not-required"};
            return std::nullopt;
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted)
            out.push_back(Value::object({{"ZoneName", Value(zone.name)},
                                         {"ZoneId", Value(zone.id)},
                                         {"RegionName", Value(call.region.name)},
                                         {"State", Value("available")},
                                         {"OptInStatus", Value("opt-in-not-required")},
                                         {"GroupName", Value(call.region.name + "-zg-1")},
                                         {"NetworkBorderGroup", Value(call.region.name)},
                                         {"ZoneType", Value("availability-zone")}}));
    }
    if (out.size() < names.size())
        return fault("InvalidParameterValue", "Invalid availability zone: [" + names.front() + "]");
    return Value::object({{"AvailabilityZones", Value(std::move(out))}});
}

Value describe_type(const InstanceType& type) {
    ObjectBuilder out;
    out.put("InstanceType", Value(type.name));
    out.put("CurrentGeneration", Value(!type.name.starts_with("p2")));
    out.put("SupportedUsageClasses", list_of({"on-demand", "spot"}));
    out.put("SupportedRootDeviceTypes", list_of({"ebs"}));
    out.put("SupportedVirtualizationTypes", list_of({"hvm"}));
    out.put("BareMetal", Value(false));
    out.put("Hypervisor", Value("nitro"));
    out.put("ProcessorInfo",
            Value::object({{"SupportedArchitectures", list_of({type.architecture})}}));
    out.put("VCpuInfo",
            Value::object({{"DefaultVCpus", Value(type.vcpus)},
                           {"DefaultCores", Value(std::max<std::int64_t>(1, type.vcpus / 2))},
                           {"DefaultThreadsPerCore", Value(2)}}));
    out.put("MemoryInfo", Value::object({{"SizeInMiB", Value(type.memory_mib)}}));
    if (type.gpus > 0) {
        const Value gpu = Value::object(
            {{"Name", Value(type.gpu_name)},
             {"Manufacturer", Value("NVIDIA")},
             {"Count", Value(type.gpus)},
             {"MemoryInfo", Value::object({{"SizeInMiB", Value(type.gpu_memory_mib)}})}});
        out.put("GpuInfo",
                Value::object({{"Gpus", Value::array({gpu})},
                               {"TotalGpuMemoryInMiB", Value(type.gpus * type.gpu_memory_mib)}}));
    }
    out.put("BurstablePerformanceSupported", Value(type.name.starts_with("t")));
    return out.build();
}

Outcome describe_instance_types(ApiCall& call) {
    const Values wanted = texts(call.params["InstanceTypes"]);
    for (const std::string& name : wanted)
        if (call.world.find_type(name) == nullptr)
            return fault("InvalidInstanceType",
                         "The following supplied instance types do not exist: [" + name + "]");
    std::vector<Value> out;
    for (const InstanceType& type : call.world.options.catalogue) {
        if (!is_among(wanted, type.name)) continue;
        const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
            if (filter == "instance-type") return Values{type.name};
            if (filter == "processor-info.supported-architecture") return Values{type.architecture};
            if (filter == "vcpu-info.default-vcpus") return Values{std::to_string(type.vcpus)};
            if (filter == "memory-info.size-in-mib") return Values{std::to_string(type.memory_mib)};
            if (filter == "supported-usage-class") return Values{"on-demand", "spot"};
            return std::nullopt;
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted) out.push_back(describe_type(type));
    }
    return paged(call, "InstanceTypes", out);
}

Outcome describe_instance_type_offerings(ApiCall& call) {
    const std::string kind = text(call.params["LocationType"], "region");
    std::vector<Value> out;
    const auto add = [&](const InstanceType& type,
                         const std::string& location) -> Result<void, ServiceError> {
        const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
            if (filter == "instance-type") return Values{type.name};
            if (filter == "location") return Values{location};
            return std::nullopt;
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted)
            out.push_back(Value::object({{"InstanceType", Value(type.name)},
                                         {"LocationType", Value(kind)},
                                         {"Location", Value(location)}}));
        return {};
    };
    for (const InstanceType& type : call.world.options.catalogue) {
        bool is_anywhere = false;
        for (const Zone& zone : call.region.ec2.zones) {
            if (!is_offered(type, zone.name)) continue;
            is_anywhere = true;
            if (kind == "availability-zone") GRADUS_CHECK(add(type, zone.name));
            if (kind == "availability-zone-id") GRADUS_CHECK(add(type, zone.id));
        }
        if (kind == "region" && is_anywhere) GRADUS_CHECK(add(type, call.region.name));
    }
    return paged(call, "InstanceTypeOfferings", out);
}

Outcome describe_images(ApiCall& call) {
    const Values wanted = texts(call.params["ImageIds"]);
    std::vector<Value> out;
    for (const Image& image : call.region.ec2.images) {
        if (!is_among(wanted, image.id)) continue;
        const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
            if (filter == "name") return Values{image.name};
            if (filter == "architecture") return Values{image.architecture};
            if (filter == "image-id") return Values{image.id};
            if (filter == "state") return Values{"available"};
            if (filter == "owner-alias") return Values{"amazon"};
            if (filter == "virtualization-type") return Values{"hvm"};
            if (filter == "root-device-type") return Values{"ebs"};
            if (filter == "is-public") return Values{"true"};
            return std::nullopt;
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted)
            out.push_back(Value::object({{"ImageId", Value(image.id)},
                                         {"Name", Value(image.name)},
                                         {"Architecture", Value(image.architecture)},
                                         {"State", Value("available")},
                                         {"OwnerId", Value("591542846629")},
                                         {"ImageOwnerAlias", Value("amazon")},
                                         {"CreationDate", Value("2025-06-09T00:00:00.000Z")},
                                         {"Public", Value(true)},
                                         {"RootDeviceType", Value("ebs")},
                                         {"RootDeviceName", Value("/dev/xvda")},
                                         {"VirtualizationType", Value("hvm")},
                                         {"PlatformDetails", Value("Linux/UNIX")}}));
    }
    if (out.size() < wanted.size())
        return fault("InvalidAMIID.NotFound",
                     "The image id '[" + wanted.front() + "]' does not exist");
    return paged(call, "Images", out);
}

Outcome describe_subnets(ApiCall& call) {
    const Values wanted = texts(call.params["SubnetIds"]);
    for (const std::string& id : wanted)
        if (find_subnet(call.region, id) == nullptr)
            return fault("InvalidSubnetID.NotFound", "The subnet ID '" + id + "' does not exist");
    std::vector<Value> out;
    std::size_t index = 0;
    for (const Zone& zone : call.region.ec2.zones) {
        const std::string block = "172.31." + std::to_string(16 * index++) + ".0/20";
        if (!is_among(wanted, zone.subnet_id)) continue;
        const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
            if (filter == "subnet-id") return Values{zone.subnet_id};
            if (filter == "vpc-id") return Values{call.region.ec2.vpc_id};
            if (filter == "availability-zone" || filter == "availabilityZone")
                return Values{zone.name};
            if (filter == "availability-zone-id") return Values{zone.id};
            if (filter == "default-for-az" || filter == "defaultForAz") return Values{"true"};
            if (filter == "state") return Values{"available"};
            return tag_filter(filter, call.region.ec2.other_tags[zone.subnet_id]);
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted)
            out.push_back(Value::object({{"SubnetId", Value(zone.subnet_id)},
                                         {"VpcId", Value(call.region.ec2.vpc_id)},
                                         {"AvailabilityZone", Value(zone.name)},
                                         {"AvailabilityZoneId", Value(zone.id)},
                                         {"AvailableIpAddressCount", Value(4091)},
                                         {"CidrBlock", Value(block)},
                                         {"DefaultForAz", Value(true)},
                                         {"MapPublicIpOnLaunch", Value(true)},
                                         {"State", Value("available")},
                                         {"OwnerId", Value(call.world.options.account_id)}}));
    }
    return paged(call, "Subnets", out);
}

Outcome describe_security_groups(ApiCall& call) {
    const std::string& id = call.region.ec2.security_group_id;
    for (const std::string& wanted : texts(call.params["GroupIds"]))
        if (wanted != id)
            return fault("InvalidGroup.NotFound",
                         "The security group '" + wanted + "' does not exist");
    for (const std::string& wanted : texts(call.params["GroupNames"]))
        if (wanted != "default")
            return fault("InvalidGroup.NotFound", "The security group '" + wanted +
                                                      "' does not exist in default VPC '" +
                                                      call.region.ec2.vpc_id + "'");
    const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
        if (filter == "group-id") return Values{id};
        if (filter == "group-name") return Values{"default"};
        if (filter == "vpc-id") return Values{call.region.ec2.vpc_id};
        return tag_filter(filter, call.region.ec2.other_tags[id]);
    };
    GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
    std::vector<Value> out;
    if (is_wanted)
        out.push_back(Value::object({{"GroupId", Value(id)},
                                     {"GroupName", Value("default")},
                                     {"Description", Value("default VPC security group")},
                                     {"VpcId", Value(call.region.ec2.vpc_id)},
                                     {"OwnerId", Value(call.world.options.account_id)}}));
    return paged(call, "SecurityGroups", out);
}

Outcome describe_vpcs(ApiCall& call) {
    const std::string& id = call.region.ec2.vpc_id;
    for (const std::string& wanted : texts(call.params["VpcIds"]))
        if (wanted != id)
            return fault("InvalidVpcID.NotFound", "The vpc ID '" + wanted + "' does not exist");
    const auto values_of = [&](std::string_view filter) -> std::optional<Values> {
        if (filter == "vpc-id") return Values{id};
        if (filter == "isDefault" || filter == "is-default") return Values{"true"};
        if (filter == "state") return Values{"available"};
        if (filter == "cidr") return Values{"172.31.0.0/16"};
        return tag_filter(filter, call.region.ec2.other_tags[id]);
    };
    GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
    std::vector<Value> out;
    if (is_wanted)
        out.push_back(Value::object({{"VpcId", Value(id)},
                                     {"CidrBlock", Value("172.31.0.0/16")},
                                     {"IsDefault", Value(true)},
                                     {"State", Value("available")},
                                     {"InstanceTenancy", Value("default")},
                                     {"OwnerId", Value(call.world.options.account_id)}}));
    return paged(call, "Vpcs", out);
}

constexpr OperationRow rows[] = {
    {"DescribeRegions", describe_regions},
    {"DescribeAvailabilityZones", describe_availability_zones},
    {"DescribeInstanceTypes", describe_instance_types},
    {"DescribeInstanceTypeOfferings", describe_instance_type_offerings},
    {"DescribeImages", describe_images},
    {"DescribeSubnets", describe_subnets},
    {"DescribeSecurityGroups", describe_security_groups},
    {"DescribeVpcs", describe_vpcs},
};

} // namespace

std::span<const OperationRow> ec2_place_operations() { return rows; }

} // namespace gradus::simulated
