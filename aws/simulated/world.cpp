#include "aws/simulated/world.hpp"

#include <algorithm>

namespace gradus::simulated {

void World::at(Timestamp when, Action action) {
    agenda.emplace(std::pair(std::max(when, now), decided++), std::move(action));
}

void World::after(DelayRange delay, Action action) { at(now + draw(delay), std::move(action)); }

std::chrono::milliseconds World::draw(DelayRange range) {
    if (range.most <= range.least) return range.least;
    const auto width = static_cast<std::uint64_t>((range.most - range.least).count());
    return range.least + std::chrono::milliseconds(random.next_below(width + 1));
}

void World::advance(Timestamp until) {
    while (!agenda.empty() && agenda.begin()->first.first <= until) {
        auto next = agenda.extract(agenda.begin());
        now = std::max(now, next.key().first);
        next.mapped()(*this);
    }
    now = std::max(now, until);
}

std::string World::new_id(std::string_view prefix, std::size_t digits) {
    static constexpr std::string_view alphabet = "0123456789abcdef";
    std::string out(prefix);
    // Ids of EC2 begin with a zero.
    if (digits == 17) out += '0';
    while (out.size() < prefix.size() + digits)
        out += alphabet[random.next_below(alphabet.size())];
    return out;
}

std::string World::arn(std::string_view service, const Region& region,
                       std::string_view rest) const {
    return "arn:aws:" + std::string(service) + ':' + region.name + ':' + options.account_id + ':' +
           std::string(rest);
}

Region* World::find_region(std::string_view name) {
    const auto found = regions.find(name);
    return found == regions.end() ? nullptr : &found->second;
}

const InstanceType* World::find_type(std::string_view name) const {
    for (const InstanceType& type : options.catalogue)
        if (type.name == name) return &type;
    return nullptr;
}

Instance* World::find_instance(Region& region, std::string_view id) {
    const auto number = region.ec2.instance_numbers.find(id);
    if (number == region.ec2.instance_numbers.end()) return nullptr;
    return &region.ec2.instances.at(number->second);
}

Group* World::find_group(Region& region, const std::string& name) {
    const auto found = region.auto_scaling.groups.find(name);
    return found == region.auto_scaling.groups.end() ? nullptr : &found->second;
}

Zone* find_zone(Region& region, std::string_view name) {
    for (Zone& zone : region.ec2.zones)
        if (zone.name == name) return &zone;
    return nullptr;
}

Zone* find_subnet(Region& region, std::string_view subnet_id) {
    for (Zone& zone : region.ec2.zones)
        if (zone.subnet_id == subnet_id) return &zone;
    return nullptr;
}

bool is_offered(const InstanceType& type, std::string_view zone) {
    return type.only_zones.empty() ||
           std::find(type.only_zones.begin(), type.only_zones.end(), zone) != type.only_zones.end();
}

double on_demand_price(const World& world, const Region& region, std::string_view type) {
    const InstanceType* found = world.find_type(type);
    return found == nullptr ? 0 : found->on_demand_usd * region.price_ratio;
}

namespace {

// The same for the same name in every world, so that configurations can name them.
std::string fixed_id(std::string_view prefix, std::string_view name) {
    return std::string(prefix) + '0' + to_hex(hash(HashAlgorithm::sha256, name)).substr(0, 16);
}

// "us-west-2" and 1 give "usw2-az1", "ap-northeast-1" and 2 give "apne1-az2".
std::string zone_id(std::string_view region, std::size_t number) {
    std::string out(region.substr(0, region.find('-')));
    for (const std::string_view word : {"north", "south", "central", "east", "west"})
        if (region.find(word) != std::string_view::npos) out += word.front();
    out += region.substr(region.rfind('-') + 1);
    return out + "-az" + std::to_string(number);
}

std::vector<Image> images_of(std::string_view region) {
    std::vector<Image> out;
    for (const std::string_view architecture : {"x86_64", "arm64"}) {
        const std::string suffix(architecture);
        out.push_back({fixed_id("ami-", std::string(region) + "/ecs-gpu/" + suffix),
                       "amzn2-ami-ecs-gpu-hvm-2.0.20250601-" + suffix + "-ebs", suffix});
        out.push_back({fixed_id("ami-", std::string(region) + "/al2023/" + suffix),
                       "al2023-ami-2023.7.20250609.0-kernel-6.1-" + suffix, suffix});
    }
    return out;
}

Region found_region(const World& world, const RegionOptions& options) {
    Region out;
    out.name = options.name;
    out.price_ratio = options.price_ratio;
    for (std::size_t i = 0; i < options.zones.size(); ++i)
        out.ec2.zones.push_back({options.zones[i], zone_id(options.name, i + 1),
                                 fixed_id("subnet-", options.zones[i])});
    out.ec2.vpc_id = fixed_id("vpc-", options.name);
    out.ec2.security_group_id = fixed_id("sg-", options.name);
    out.ec2.images = images_of(options.name);
    EventBus bus;
    bus.name = "default";
    bus.arn = world.arn("events", out, "event-bus/default");
    bus.created = world.now;
    out.events.buses.emplace("default", std::move(bus));
    // Public parameters of the images (AWS, "Retrieving Amazon ECS-optimized Linux AMI metadata").
    for (const auto& [path, image] :
         {std::pair("/aws/service/ecs/optimized-ami/amazon-linux-2/gpu/recommended/image_id",
                    out.ec2.images[0].id),
          std::pair("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64",
                    out.ec2.images[1].id),
          std::pair("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64",
                    out.ec2.images[3].id)}) {
        Parameter parameter;
        parameter.name = path;
        parameter.value = image;
        parameter.data_type = "aws:ec2:image";
        parameter.modified = world.now;
        out.parameters.emplace(path, std::move(parameter));
    }
    return out;
}

} // namespace

void found_regions(World& world) {
    for (const RegionOptions& options : world.options.regions)
        world.regions.emplace(options.name, found_region(world, options));
}

} // namespace gradus::simulated
