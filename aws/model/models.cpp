#include "aws/model/models.hpp"

#include "states/base/closest_name.hpp"

namespace gradus::aws {

namespace {

std::string unknown_service(std::string_view service,
                            const std::vector<const BundledService*>& known) {
    std::vector<std::string_view> names;
    for (const BundledService* each : known) {
        names.emplace_back(each->name);
        names.emplace_back(each->sdk_name);
    }
    std::string out = "no AWS service is known as '" + std::string(service) + "'";
    if (const std::string_view near = closest_name(service, names); !near.empty())
        out.append(", did you mean '").append(near).append("'?");
    return out;
}

} // namespace

const Result<std::shared_ptr<const ServiceBundle>>& ModelCache::installed() {
    if (!installed_) {
        installed_ = find_installed_
                         ? find_installed_()
                         : Error{ErrorCode::not_found, "no others are to be looked for"};
    }
    return *installed_;
}

std::vector<const BundledService*> ModelCache::services() {
    const auto& other = installed();
    const ServiceBundle& bundle = other ? **other : built_in_services();
    std::vector<const BundledService*> out;
    for (const BundledService& service : bundle.services())
        out.push_back(&service);
    return out;
}

Result<ModelCache::Place> ModelCache::place_of(std::string_view service) {
    const ServiceBundle& built_in = built_in_services();
    if (const BundledService* found = built_in.find(service)) return Place{&built_in, found};
    const auto& other = installed();
    if (other) {
        if (const BundledService* found = (*other)->find(service))
            return Place{other->get(), found};
    }
    if (other) return Error{ErrorCode::not_found, unknown_service(service, services())};
    // Without the bundle nobody knows whether there is such a service.
    return Error{ErrorCode::io, "the AWS service '" + std::string(service) +
                                    "' isn't built in, and " + other.error().message};
}

Result<const BundledService*> ModelCache::find(std::string_view service) {
    GRADUS_TRY(const Place place, place_of(service));
    return place.service;
}

Result<std::shared_ptr<const ServiceModel>> ModelCache::get(std::string_view service) {
    if (const auto found = models_.find(std::string(service)); found != models_.end())
        return found->second;
    GRADUS_TRY(const Place place, place_of(service));
    std::shared_ptr<const ServiceModel>& model = models_[place.service->name];
    if (model == nullptr) {
        GRADUS_TRY(model, place.bundle->load(*place.service));
    }
    // A copy first: the map may move its elements when the alias is put.
    const std::shared_ptr<const ServiceModel> result = model;
    models_[std::string(service)] = result;
    return result;
}

void ModelCache::put(std::string_view service, std::shared_ptr<const ServiceModel> model) {
    models_[std::string(service)] = std::move(model);
}

} // namespace gradus::aws
