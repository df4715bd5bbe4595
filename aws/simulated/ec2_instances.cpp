#include "aws/simulated/ec2_instances.hpp"

#include "aws/simulated/interruptions.hpp"
#include "aws/simulated/services.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

constexpr std::int64_t instances_per_call_max = 1000;

std::int64_t state_code(InstanceState state) {
    switch (state) {
    case InstanceState::pending: return 0;
    case InstanceState::running: return 16;
    case InstanceState::shutting_down: return 32;
    case InstanceState::terminated: return 48;
    }
    GRADUS_UNREACHABLE();
}

ServiceError no_such_instance(const std::string& id) {
    return fault("InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
}

LaunchSpec spec_of(const Value& params) {
    LaunchSpec spec;
    spec.tags = specified_tags(params["TagSpecifications"], "instance");
    spec.client_token = text(params["ClientToken"]);
    // The request has the same members as a template's data.
    apply_template(spec, params);
    spec.subnet_id = text(params["SubnetId"], spec.subnet_id);
    return spec;
}

// How many of MinCount…MaxCount can be had in the zone of `spec`: all or the error for one.
Result<std::int64_t, ServiceError> count_available(ApiCall& call, const LaunchSpec& spec,
                                                   std::int64_t least, std::int64_t most) {
    GRADUS_CHECK(check_supply(call.world, call.region, spec, least));
    std::int64_t count = least;
    while (count < most && check_supply(call.world, call.region, spec, count + 1))
        ++count;
    return count;
}

// Without a zone in the request EC2 chooses one; here the first that can give what is asked.
Result<std::int64_t, ServiceError> choose_zone(ApiCall& call, LaunchSpec& spec, std::int64_t least,
                                               std::int64_t most) {
    if (!spec.zone.empty()) return count_available(call, spec, least, most);
    Result<std::int64_t, ServiceError> first_error = fault("InternalError", "No zones", 500);
    bool has_error = false;
    for (const Zone& zone : call.region.ec2.zones) {
        spec.zone = zone.name;
        Result<std::int64_t, ServiceError> count = count_available(call, spec, least, most);
        if (count) return count;
        if (!has_error) first_error = std::move(count);
        has_error = true;
    }
    return first_error;
}

Value run_answer(ApiCall& call, const std::vector<std::uint64_t>& numbers) {
    Array instances;
    std::string reservation;
    for (const std::uint64_t number : numbers) {
        const auto found = call.region.ec2.instances.find(number);
        if (found == call.region.ec2.instances.end()) continue;
        instances.push_back(describe_instance(call.region, found->second));
        reservation = found->second.reservation_id;
    }
    return Value::object({{"ReservationId", Value(reservation)},
                          {"OwnerId", Value(call.world.options.account_id)},
                          {"Instances", Value(std::move(instances))}});
}

Outcome run_instances(ApiCall& call) {
    const std::int64_t least = integer(call.params["MinCount"], 1);
    const std::int64_t most = integer(call.params["MaxCount"], 1);
    if (least < 1 || most < least || most > instances_per_call_max)
        return fault("InvalidParameterValue",
                     "Value (" + std::to_string(least) + ") for parameter minCount is invalid.");
    const std::string token = text(call.params["ClientToken"]);
    const std::string token_key = "RunInstances:" + token;
    const std::string params_text = to_json(call.params);
    if (!token.empty()) {
        const auto use = call.region.ec2.client_tokens.find(token_key);
        if (use != call.region.ec2.client_tokens.end()) {
            if (use->second.params != params_text)
                return fault("IdempotentParameterMismatch",
                             "Arguments on this idempotent request are inconsistent with arguments "
                             "used in previous request(s).");
            return run_answer(call, use->second.instances);
        }
    }
    LaunchSpec spec = spec_of(call.params);
    if (call.params.find("LaunchTemplate") != nullptr) {
        GRADUS_TRY(const Value data, template_data(call.region, call.params["LaunchTemplate"]));
        apply_template(spec, data);
        spec.launch_template_id =
            find_launch_template(call.region, call.params["LaunchTemplate"])->id;
    }
    if (spec.type.empty()) spec.type = "t3.large";
    if (spec.image_id.empty())
        return fault("MissingParameter", "The request must contain the parameter ImageId");
    GRADUS_CHECK(check_spec(call.world, call.region, spec));
    GRADUS_TRY(const std::int64_t count, choose_zone(call, spec, least, most));
    spec.reservation_id = call.world.new_id("r-");
    std::vector<std::uint64_t> numbers;
    for (std::int64_t i = 0; i < count; ++i)
        numbers.push_back(launch(call.world, call.region, spec).number);
    if (!token.empty()) call.region.ec2.client_tokens[token_key] = {params_text, Value(), numbers};
    return run_answer(call, numbers);
}

std::optional<std::vector<std::string>>
filter_values(const Region& region, const Instance& instance, std::string_view name) {
    if (auto tag = tag_filter(name, instance.tags)) return tag;
    using Values = std::vector<std::string>;
    if (name == "instance-id") return Values{instance.id};
    if (name == "instance-type") return Values{instance.pool.type};
    if (name == "instance-state-name") return Values{std::string(to_string(instance.state))};
    if (name == "instance-state-code") return Values{std::to_string(state_code(instance.state))};
    if (name == "instance-lifecycle")
        return instance.purchase == Purchase::spot ? Values{"spot"} : Values{};
    if (name == "availability-zone") return Values{instance.pool.zone};
    if (name == "image-id") return Values{instance.image_id};
    if (name == "subnet-id") return Values{instance.subnet_id};
    if (name == "vpc-id") return Values{region.ec2.vpc_id};
    if (name == "architecture") return Values{instance.architecture};
    if (name == "client-token") return Values{instance.client_token};
    if (name == "key-name") return Values{instance.key_name};
    if (name == "private-ip-address") return Values{instance.private_ip};
    if (name == "ip-address") return Values{instance.public_ip};
    if (name == "reservation-id") return Values{instance.reservation_id};
    if (name == "spot-instance-request-id") return Values{instance.spot_request_id};
    if (name == "state-reason-code") return Values{instance.state_reason_code};
    return std::nullopt;
}

Outcome describe_instances(ApiCall& call) {
    const std::vector<std::string> ids = texts(call.params["InstanceIds"]);
    for (const std::string& id : ids)
        if (call.world.find_instance(call.region, id) == nullptr) return no_such_instance(id);
    std::vector<Value> reservations;
    for (const auto& [number, instance] : call.region.ec2.instances) {
        const bool is_named =
            ids.empty() || std::find(ids.begin(), ids.end(), instance.id) != ids.end();
        if (!is_named) continue;
        const auto values_of = [&, &one = instance](std::string_view name) {
            return filter_values(call.region, one, name);
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (!is_wanted) continue;
        reservations.push_back(Value::object(
            {{"ReservationId", Value(instance.reservation_id)},
             {"OwnerId", Value(call.world.options.account_id)},
             {"Instances", Value::array({describe_instance(call.region, instance)})}}));
    }
    GRADUS_TRY(Page page, page_of(reservations, call.params["NextToken"],
                                  integer(call.params["MaxResults"], 1000), "InvalidNextToken"));
    Value out = Value::object({{"Reservations", Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("NextToken", Value(page.next_token));
}

Outcome terminate_instances(ApiCall& call) {
    const std::vector<std::string> ids = texts(call.params["InstanceIds"]);
    for (const std::string& id : ids)
        if (call.world.find_instance(call.region, id) == nullptr) return no_such_instance(id);
    Array changes;
    for (const std::string& id : ids) {
        const Instance& instance = *call.world.find_instance(call.region, id);
        const InstanceState before = instance.state;
        end_instance(call.world, call.region, instance.number, ended_by_user);
        changes.push_back(Value::object({{"InstanceId", Value(id)},
                                         {"PreviousState", state_value(before)},
                                         {"CurrentState", state_value(instance.state)}}));
    }
    return Value::object({{"TerminatingInstances", Value(std::move(changes))}});
}

Tags& tags_of(ApiCall& call, const std::string& resource) {
    if (Instance* instance = call.world.find_instance(call.region, resource)) return instance->tags;
    const auto found = call.region.ec2.launch_templates.find(resource);
    if (found != call.region.ec2.launch_templates.end()) return found->second.tags;
    return call.region.ec2.other_tags[resource];
}

Outcome create_tags(ApiCall& call) {
    const Tags tags = read_tags(call.params["Tags"]);
    for (const std::string& resource : texts(call.params["Resources"])) {
        const bool is_lost_instance = resource.starts_with("i-") &&
                                      call.world.find_instance(call.region, resource) == nullptr;
        if (is_lost_instance) return no_such_instance(resource);
        for (const auto& [key, value] : tags)
            tags_of(call, resource)[key] = value;
        const Instance* instance = call.world.find_instance(call.region, resource);
        const auto owner = tags.find(call.world.options.owner_tag);
        if (instance != nullptr && owner != tags.end())
            call.world.ledger.entries()[instance->ledger_index].owner = owner->second;
    }
    return Value::object();
}

Outcome delete_tags(ApiCall& call) {
    for (const std::string& resource : texts(call.params["Resources"])) {
        Tags& tags = tags_of(call, resource);
        if (!call.params["Tags"].is_array()) tags.clear();
        for (const auto& [key, value] : read_tags(call.params["Tags"]))
            tags.erase(key);
    }
    return Value::object();
}

Outcome describe_tags(ApiCall& call) {
    std::vector<Value> out;
    const auto add = [&](const std::string& id, std::string_view kind,
                         const Tags& tags) -> Result<void, ServiceError> {
        for (const auto& [key, value] : tags) {
            const auto values_of =
                [&, &key = key,
                 &value = value](std::string_view name) -> std::optional<std::vector<std::string>> {
                if (name == "resource-id") return std::vector<std::string>{id};
                if (name == "resource-type") return std::vector<std::string>{std::string(kind)};
                if (name == "key") return std::vector<std::string>{key};
                if (name == "value") return std::vector<std::string>{value};
                return tag_filter(name, Tags{{key, value}});
            };
            GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
            if (is_wanted)
                out.push_back(Value::object({{"ResourceId", Value(id)},
                                             {"ResourceType", Value(kind)},
                                             {"Key", Value(key)},
                                             {"Value", Value(value)}}));
        }
        return {};
    };
    for (const auto& [number, instance] : call.region.ec2.instances)
        GRADUS_CHECK(add(instance.id, "instance", instance.tags));
    for (const auto& [id, launch_template] : call.region.ec2.launch_templates)
        GRADUS_CHECK(add(id, "launch-template", launch_template.tags));
    for (const auto& [id, tags] : call.region.ec2.other_tags)
        GRADUS_CHECK(add(id, std::string_view(id).substr(0, id.find('-')), tags));
    GRADUS_TRY(Page page, page_of(out, call.params["NextToken"],
                                  integer(call.params["MaxResults"], 1000), "InvalidNextToken"));
    Value answer = Value::object({{"Tags", Value(std::move(page.items))}});
    if (page.next_token.empty()) return answer;
    return std::move(answer).with("NextToken", Value(page.next_token));
}

constexpr OperationRow rows[] = {
    {"RunInstances", run_instances},
    {"DescribeInstances", describe_instances},
    {"TerminateInstances", terminate_instances},
    {"CreateTags", create_tags},
    {"DeleteTags", delete_tags},
    {"DescribeTags", describe_tags},
};

} // namespace

std::span<const OperationRow> ec2_instance_operations() { return rows; }

Value state_value(InstanceState state) {
    return Value::object({{"Code", Value(state_code(state))}, {"Name", Value(to_string(state))}});
}

Value describe_instance(const Region& region, const Instance& instance) {
    ObjectBuilder out(24);
    out.put("InstanceId", Value(instance.id));
    out.put("ImageId", Value(instance.image_id));
    out.put("InstanceType", Value(instance.pool.type));
    out.put("State", state_value(instance.state));
    out.put("LaunchTime", time_value(std::chrono::floor<std::chrono::seconds>(instance.launched)));
    out.put("Placement", Value::object({{"AvailabilityZone", Value(instance.pool.zone)},
                                        {"GroupName", Value("")},
                                        {"Tenancy", Value("default")}}));
    out.put("Architecture", Value(instance.architecture));
    out.put("AmiLaunchIndex", Value(0));
    out.put("SubnetId", Value(instance.subnet_id));
    out.put("VpcId", Value(region.ec2.vpc_id));
    if (is_alive(instance)) {
        std::string dashed = instance.private_ip;
        std::replace(dashed.begin(), dashed.end(), '.', '-');
        out.put("PrivateIpAddress", Value(instance.private_ip));
        out.put("PrivateDnsName", Value("ip-" + dashed + '.' + region.name + ".compute.internal"));
        if (instance.state == InstanceState::running)
            out.put("PublicIpAddress", Value(instance.public_ip));
    }
    Array groups;
    for (const std::string& id : instance.security_group_ids)
        groups.push_back(Value::object({{"GroupId", Value(id)}, {"GroupName", Value("default")}}));
    out.put("SecurityGroups", Value(std::move(groups)));
    if (!instance.key_name.empty()) out.put("KeyName", Value(instance.key_name));
    if (instance.purchase == Purchase::spot) {
        out.put("InstanceLifecycle", Value("spot"));
        out.put("SpotInstanceRequestId", Value(instance.spot_request_id));
    }
    if (!instance.client_token.empty()) out.put("ClientToken", Value(instance.client_token));
    if (!instance.state_reason_code.empty())
        out.put("StateReason", Value::object({{"Code", Value(instance.state_reason_code)},
                                              {"Message", Value(instance.state_reason_message)}}));
    if (instance.ended_at)
        out.put("StateTransitionReason",
                Value("User initiated (" + time_text(*instance.ended_at) + ")"));
    if (!instance.profile_arn.empty())
        out.put("IamInstanceProfile", Value::object({{"Arn", Value(instance.profile_arn)}}));
    out.put("Hypervisor", Value("xen"));
    out.put("VirtualizationType", Value("hvm"));
    out.put("RootDeviceType", Value("ebs"));
    out.put("RootDeviceName", Value("/dev/xvda"));
    out.put("PlatformDetails", Value("Linux/UNIX"));
    out.put("Tags", write_tags(instance.tags));
    return out.build();
}

} // namespace gradus::simulated
