#pragma once
// The models of AWS services by the names under which people know a service: that of the model
// ("events"), of resources of Step Functions ("eventbridge"), of its hosts and signatures
// ("monitoring"). Those that are built in come first; the others are looked for when the first of
// them is asked for. Each is unpacked and parsed once.

#include "aws/model/bundle.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradus::aws {

/// Finds the bundle of all services, or says where it looked: aws/http/installed_services.hpp.
using FindBundle = std::function<Result<std::shared_ptr<const ServiceBundle>>()>;

/// One for each client; not for several threads.
class ModelCache {
public:
    /// Knows the services that are built in.
    ModelCache() = default;
    /// Knows those of the bundle that `find` gives, too. It is called once, if at all.
    explicit ModelCache(FindBundle find) : find_installed_(std::move(find)) {}

    /// By any of its names. Fails with not_found for an unknown service, naming what was probably
    /// meant; with io when the service isn't built in and there is no bundle, saying why.
    Result<std::shared_ptr<const ServiceModel>> get(std::string_view service);
    /// Its entry in a bundle; fails as get() does. Valid as long as the cache.
    Result<const BundledService*> find(std::string_view service);
    /// All services that can be had, by name; those that are built in when there is no bundle.
    std::vector<const BundledService*> services();
    /// Puts a model of the caller's under a name, before or instead of any other.
    void put(std::string_view service, std::shared_ptr<const ServiceModel> model);

private:
    struct Place {
        const ServiceBundle* bundle;
        const BundledService* service;
    };
    Result<Place> place_of(std::string_view service);
    const Result<std::shared_ptr<const ServiceBundle>>& installed();

    FindBundle find_installed_;
    std::optional<Result<std::shared_ptr<const ServiceBundle>>> installed_;
    std::unordered_map<std::string, std::shared_ptr<const ServiceModel>> models_;
};

} // namespace gradus::aws
