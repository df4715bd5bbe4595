#include "aws/simulated/ec2_instances.hpp"
#include "aws/simulated/interruptions.hpp"
#include "aws/simulated/services.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

constexpr double fleet_capacity_max = 10'000;

// --- Launch templates ---------------------------------------------------------------------------

Value describe_template(const LaunchTemplate& found) {
    return Value::object({{"LaunchTemplateId", Value(found.id)},
                          {"LaunchTemplateName", Value(found.name)},
                          {"CreateTime", time_value(found.created)},
                          {"DefaultVersionNumber", Value(found.default_version)},
                          {"LatestVersionNumber", Value(found.versions.size())},
                          {"Tags", write_tags(found.tags)}});
}

Outcome create_launch_template(ApiCall& call) {
    const std::string name = text(call.params["LaunchTemplateName"]);
    for (const auto& [id, other] : call.region.ec2.launch_templates)
        if (other.name == name)
            return fault("InvalidLaunchTemplateName.AlreadyExistsException",
                         "Launch template name already in use.");
    LaunchTemplate made;
    made.id = call.world.new_id("lt-");
    made.name = name;
    made.versions.push_back(call.params["LaunchTemplateData"]);
    made.created = call.world.now;
    made.tags = specified_tags(call.params["TagSpecifications"], "launch-template");
    const Value described = describe_template(made);
    call.region.ec2.launch_templates.emplace(made.id, std::move(made));
    return Value::object({{"LaunchTemplate", described}});
}

ServiceError no_such_template(const Value& specification) {
    const std::string id = text(specification["LaunchTemplateId"]);
    if (!id.empty())
        return fault("InvalidLaunchTemplateId.NotFound",
                     "The specified launch template, with template ID " + id + ", does not exist.");
    return fault("InvalidLaunchTemplateName.NotFoundException",
                 "The specified launch template, with template name " +
                     text(specification["LaunchTemplateName"]) + ", does not exist.");
}

Outcome create_launch_template_version(ApiCall& call) {
    LaunchTemplate* found = find_launch_template(call.region, call.params);
    if (found == nullptr) return no_such_template(call.params);
    Value data = call.params["LaunchTemplateData"];
    if (call.params.find("SourceVersion") != nullptr) {
        const Value source = Value::object(
            {{"LaunchTemplateId", Value(found->id)}, {"Version", call.params["SourceVersion"]}});
        GRADUS_TRY(Value merged, template_data(call.region, source));
        for (const Member& member : data.as_object())
            merged = std::move(merged).with(member.name(), member.value);
        data = std::move(merged);
    }
    found->versions.push_back(data);
    return Value::object(
        {{"LaunchTemplateVersion", Value::object({{"LaunchTemplateId", Value(found->id)},
                                                  {"LaunchTemplateName", Value(found->name)},
                                                  {"VersionNumber", Value(found->versions.size())},
                                                  {"CreateTime", time_value(call.world.now)},
                                                  {"DefaultVersion", Value(false)}})}});
}

Outcome describe_launch_templates(ApiCall& call) {
    const std::vector<std::string> ids = texts(call.params["LaunchTemplateIds"]);
    const std::vector<std::string> names = texts(call.params["LaunchTemplateNames"]);
    const auto contains = [](const std::vector<std::string>& list, const std::string& wanted) {
        return std::find(list.begin(), list.end(), wanted) != list.end();
    };
    std::vector<Value> out;
    std::size_t found = 0;
    for (const auto& [id, one] : call.region.ec2.launch_templates) {
        const bool is_asked = contains(ids, id) || contains(names, one.name);
        if (is_asked) ++found;
        if (!is_asked && !(ids.empty() && names.empty())) continue;
        const auto values_of =
            [&one = one](std::string_view filter) -> std::optional<std::vector<std::string>> {
            if (filter == "launch-template-name") return std::vector<std::string>{one.name};
            return tag_filter(filter, one.tags);
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted) out.push_back(describe_template(one));
    }
    if (found < ids.size())
        return fault("InvalidLaunchTemplateId.NotFound",
                     "At least one of the launch templates specified in the request does not "
                     "exist.");
    if (found < ids.size() + names.size())
        return fault("InvalidLaunchTemplateName.NotFoundException",
                     "At least one of the launch templates specified in the request does not "
                     "exist.");
    return Value::object({{"LaunchTemplates", Value(std::move(out))}});
}

Outcome delete_launch_template(ApiCall& call) {
    LaunchTemplate* found = find_launch_template(call.region, call.params);
    if (found == nullptr) return no_such_template(call.params);
    const Value described = describe_template(*found);
    const std::string id = found->id;
    call.region.ec2.launch_templates.erase(id);
    return Value::object({{"LaunchTemplate", described}});
}

// --- CreateFleet --------------------------------------------------------------------------------

// One way to launch: a template with an override.
struct Candidate {
    LaunchSpec spec;
    Value overrides = Value::object(); // as it goes into the answer
    Value specification;
    double weight = 1;
    double priority = 0;
    std::optional<ServiceError> spec_error; // it can't be launched at all
    std::optional<ServiceError> error;      // why nothing more is to be had of it now
    std::vector<Value> launched;            // ids of this purchase
};

struct Fleet {
    std::vector<Candidate> candidates;
    Value errors = Value::array({});
    Value instances = Value::array({});
    std::vector<std::uint64_t> launched;
};

Result<Candidate, ServiceError> candidate_of(ApiCall& call, const Value& config,
                                             const Value& overrides) {
    Candidate out;
    GRADUS_TRY(const Value data, template_data(call.region, config["LaunchTemplateSpecification"]));
    out.specification = Value::object(
        {{"LaunchTemplateId",
          Value(find_launch_template(call.region, config["LaunchTemplateSpecification"])->id)},
         {"Version", Value(text(config["LaunchTemplateSpecification"]["Version"], "$Default"))}});
    out.spec.type = text(overrides["InstanceType"]);
    out.spec.subnet_id = text(overrides["SubnetId"]);
    out.spec.zone = text(overrides["AvailabilityZone"]);
    out.spec.image_id = text(overrides["ImageId"]);
    out.spec.max_price = text(overrides["MaxPrice"]);
    out.spec.tags = specified_tags(call.params["TagSpecifications"], "instance");
    apply_template(out.spec, data);
    out.spec.launch_template_id = text(out.specification["LaunchTemplateId"]);
    out.weight = std::max(real(overrides["WeightedCapacity"], 1), 0.001);
    out.priority = real(overrides["Priority"], 0);
    ObjectBuilder shown;
    shown.put("InstanceType", Value(out.spec.type));
    for (const std::string_view name :
         {"MaxPrice", "SubnetId", "AvailabilityZone", "WeightedCapacity", "Priority", "ImageId"})
        if (const Value* value = overrides.find(name)) shown.put(Value(name), *value);
    out.overrides = shown.build();
    const auto checked = check_spec(call.world, call.region, out.spec);
    if (!checked) out.spec_error = checked.error();
    return out;
}

// A candidate without a zone stands for each zone of the region.
void add_by_zone(ApiCall& call, const Candidate& candidate, std::vector<Candidate>& out) {
    if (!candidate.spec.zone.empty() || candidate.spec_error) {
        out.push_back(candidate);
        return;
    }
    for (const Zone& zone : call.region.ec2.zones) {
        out.push_back(candidate);
        out.back().spec.zone = zone.name;
        out.back().overrides =
            std::move(out.back().overrides).with("AvailabilityZone", Value(zone.name));
    }
}

Result<std::vector<Candidate>, ServiceError> candidates_of(ApiCall& call) {
    std::vector<Candidate> out;
    for (const Value& config : call.params["LaunchTemplateConfigs"].as_array()) {
        const Value& overrides = config["Overrides"];
        if (!overrides.is_array() || overrides.size() == 0) {
            GRADUS_TRY(const Candidate candidate, candidate_of(call, config, Value::object()));
            add_by_zone(call, candidate, out);
            continue;
        }
        for (const Value& one : overrides.as_array()) {
            GRADUS_TRY(const Candidate candidate, candidate_of(call, config, one));
            add_by_zone(call, candidate, out);
        }
    }
    return out;
}

double price_of(const World& world, const Region& region, const LaunchSpec& spec) {
    const double on_demand = on_demand_price(world, region, spec.type);
    if (spec.purchase == Purchase::on_demand) return on_demand;
    return world.market->price({region.name, spec.zone, spec.type}, world.now, on_demand);
}

// By the allocation strategy; equal ones stay in the order of the request.
void order_candidates(const ApiCall& call, std::vector<Candidate>& candidates,
                      std::string_view strategy, Purchase purchase) {
    for (Candidate& candidate : candidates)
        candidate.spec.purchase = purchase;
    const auto room = [&](const Candidate& one) {
        const Pool pool{call.region.name, one.spec.zone, one.spec.type};
        return call.world.market->capacity(pool, call.world.now) - spot_running(call.region, pool);
    };
    const auto price = [&](const Candidate& one) {
        return price_of(call.world, call.region, one.spec) / one.weight;
    };
    std::stable_sort(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
        if (strategy == "prioritized" || strategy == "capacity-optimized-prioritized")
            return a.priority < b.priority;
        if (strategy == "capacity-optimized") return room(a) > room(b);
        if (strategy == "diversified") return false;
        return price(a) < price(b); // lowest-price, price-capacity-optimized
    });
}

double launch_share(ApiCall& call, Fleet& fleet, double wanted, Purchase purchase) {
    double got = 0;
    for (Candidate& candidate : fleet.candidates) {
        candidate.error = candidate.spec_error;
        while (got < wanted && !candidate.error) {
            const auto supply = check_supply(call.world, call.region, candidate.spec, 1);
            if (!supply) {
                candidate.error = fleet_error(supply.error(), purchase);
                break;
            }
            const Instance& instance = launch(call.world, call.region, candidate.spec);
            fleet.launched.push_back(instance.number);
            candidate.launched.emplace_back(instance.id);
            got += candidate.weight;
        }
    }
    return got;
}

void report(Fleet& fleet, Purchase purchase) {
    for (Candidate& candidate : fleet.candidates) {
        const Value lifecycle(to_string(purchase));
        const Value used = Value::object({{"LaunchTemplateSpecification", candidate.specification},
                                          {"Overrides", candidate.overrides}});
        if (!candidate.launched.empty())
            fleet.instances =
                std::move(fleet.instances)
                    .with_element(Value::object({{"LaunchTemplateAndOverrides", used},
                                                 {"Lifecycle", lifecycle},
                                                 {"InstanceIds", Value(Array(candidate.launched))},
                                                 {"InstanceType", Value(candidate.spec.type)}}));
        if (candidate.error)
            fleet.errors = std::move(fleet.errors)
                               .with_element(Value::object(
                                   {{"LaunchTemplateAndOverrides", used},
                                    {"Lifecycle", lifecycle},
                                    {"ErrorCode", Value(candidate.error->code)},
                                    {"ErrorMessage", Value(candidate.error->message)}}));
        candidate.launched.clear();
    }
}

Outcome create_fleet(ApiCall& call) {
    if (text(call.params["Type"], "maintain") != "instant")
        return fault("NotImplemented", "CreateFleet is simulated for Type instant only", 501);
    const std::string token = text(call.params["ClientToken"]);
    const std::string token_key = "CreateFleet:" + token;
    const std::string params_text = to_json(call.params);
    const auto use = call.region.ec2.client_tokens.find(token_key);
    if (!token.empty() && use != call.region.ec2.client_tokens.end()) {
        if (use->second.params == params_text) return use->second.answer;
        return fault("IdempotentParameterMismatch",
                     "Arguments on this idempotent request are inconsistent with arguments used in "
                     "previous request(s).");
    }
    const Value& target = call.params["TargetCapacitySpecification"];
    const double total = real(target["TotalTargetCapacity"], 0);
    if (!(total >= 0 && total <= fleet_capacity_max))
        return fault("InvalidParameterValue", "TotalTargetCapacity must be from 0 to 10000");
    const bool is_spot = text(target["DefaultTargetCapacityType"], "on-demand") == "spot";
    const double on_demand =
        std::min(total, real(target["OnDemandTargetCapacity"],
                             is_spot ? 0 : total - real(target["SpotTargetCapacity"], 0)));
    Fleet fleet;
    GRADUS_TRY(fleet.candidates, candidates_of(call));
    const auto take = [&](double wanted, Purchase purchase, const Value& options) {
        if (wanted <= 0) return;
        order_candidates(call, fleet.candidates,
                         text(options["AllocationStrategy"], "lowest-price"), purchase);
        fleet.launched.clear();
        const double got = launch_share(call, fleet, wanted, purchase);
        // All or nothing, if asked for.
        if (got < real(options["MinTargetCapacity"], 0)) {
            for (const std::uint64_t number : fleet.launched)
                end_instance(call.world, call.region, number, ended_by_user);
            for (Candidate& candidate : fleet.candidates)
                candidate.launched.clear();
        }
        report(fleet, purchase);
    };
    take(on_demand, Purchase::on_demand, call.params["OnDemandOptions"]);
    take(total - on_demand, Purchase::spot, call.params["SpotOptions"]);
    const Value answer =
        Value::object({{"FleetId", Value("fleet-" + call.world.random.next_uuid())},
                       {"Errors", fleet.errors},
                       {"Instances", fleet.instances}});
    if (!token.empty()) call.region.ec2.client_tokens[token_key] = {params_text, answer, {}};
    return answer;
}

constexpr OperationRow rows[] = {
    {"CreateLaunchTemplate", create_launch_template},
    {"CreateLaunchTemplateVersion", create_launch_template_version},
    {"DescribeLaunchTemplates", describe_launch_templates},
    {"DeleteLaunchTemplate", delete_launch_template},
    {"CreateFleet", create_fleet},
};

} // namespace

std::span<const OperationRow> ec2_fleet_operations() { return rows; }

LaunchTemplate* find_launch_template(Region& region, const Value& specification) {
    const std::string id = text(specification["LaunchTemplateId"]);
    const std::string name = text(specification["LaunchTemplateName"]);
    for (auto& [key, one] : region.ec2.launch_templates)
        if (id.empty() ? one.name == name : key == id) return &one;
    return nullptr;
}

Result<Value, ServiceError> template_data(Region& region, const Value& specification) {
    const LaunchTemplate* found = find_launch_template(region, specification);
    if (found == nullptr) return no_such_template(specification);
    const std::string version = text(specification["Version"], "$Default");
    const auto latest = static_cast<std::int64_t>(found->versions.size());
    std::int64_t number = integer(Value(version), 0);
    if (version == "$Default" || version.empty()) number = found->default_version;
    if (version == "$Latest") number = latest;
    if (number < 1 || number > latest)
        return fault("InvalidLaunchTemplateId.VersionNotFound",
                     "Could not find launch template version " + version);
    return found->versions[static_cast<std::size_t>(number - 1)];
}

} // namespace gradus::simulated
