#pragma once
// The models built into the program, by the names under which people know a service: that of the
// model ("events"), of the Step Functions SDK integration ("eventbridge"), of its endpoint and
// signature ("monitoring"). Each is unpacked and parsed when it is first asked for.

#include "aws/model/service_model.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gradus::aws {

struct BuiltInModel {
    std::string_view name;            // in aws/models: "events"
    std::string_view sdk_name;        // of the Java SDK's client, lower-cased: "eventbridge"
    std::string_view endpoint_prefix; // also the name it signs with: "events"
    const unsigned char* compressed;  // zstd
    const std::size_t* compressed_size;
};

/// All of them, by name.
std::span<const BuiltInModel> built_in_models();
/// Null when no model has that name as its name, sdk name or endpoint prefix.
const BuiltInModel* find_built_in_model(std::string_view name);
/// Unpacks and parses one.
Result<std::shared_ptr<const ServiceModel>> load_built_in_model(const BuiltInModel& model);

/// Models that were asked for, each parsed once. One for each client; not for several threads.
class ModelCache {
public:
    /// By any of its names. Fails with not_found for an unknown service.
    Result<std::shared_ptr<const ServiceModel>> get(std::string_view service);
    /// Puts a model of the caller's under a name, before or instead of the built-in one.
    void put(std::string_view service, std::shared_ptr<const ServiceModel> model);

private:
    std::unordered_map<std::string, std::shared_ptr<const ServiceModel>> models_;
};

} // namespace gradus::aws
