#pragma once
// Many service models in one piece of bytes, each compressed by itself, behind an index of their
// names: the file services.bundle, and the few that are compiled into the program. Made by
// tools/pack_models.py; the format is in aws/models/README.md. Pure: the bytes come from the
// caller.

#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

struct BundledService {
    std::string name;                 // of the model: "events", "stepfunctions"
    std::string sdk_name;             // in resources of Step Functions: "eventbridge", "sfn"
    std::vector<std::string> aliases; // in hosts and signatures, or of the AWS CLI: "states"
    std::uint64_t offset = 0;         // of its bytes
    std::size_t size = 0;
};

/// Immutable. Reading is as safe for several threads as the caller's function is.
class ServiceBundle {
public:
    /// Gives `size` bytes from `offset`, or an error.
    using Read = std::function<Result<std::string>(std::uint64_t offset, std::size_t size)>;

    /// Reads the index only. Fails with syntax when it isn't one, and as `read` does.
    static Result<ServiceBundle> open(Read read);

    /// By name.
    const std::vector<BundledService>& services() const { return services_; }
    /// By any of its names; null when there is none.
    const BundledService* find(std::string_view name) const;
    /// Unpacks one and reads nothing of the others: well under a millisecond for most, 30 ms for
    /// ec2. Fails with syntax when it is damaged, and as the read function does.
    Result<std::shared_ptr<const ServiceModel>> load(const BundledService& service) const;

private:
    ServiceBundle() = default;

    Read read_;
    std::uint64_t begin_ = 0; // of the first service
    std::vector<BundledService> services_;
};

/// Those that are compiled into the program: of the services that gradus calls by itself.
const ServiceBundle& built_in_services();

} // namespace gradus::aws
