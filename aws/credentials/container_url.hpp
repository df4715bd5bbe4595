#pragma once
// Which URLs the environment may name as the source of a container's credentials. The request
// carries a secret, so plain http goes to this machine and to AWS's agents only. Inside of
// aws/credentials.

#include "gradus/result.hpp"

#include <string_view>

namespace gradus::aws {

/// Fails with invalid_argument: https goes anywhere, http to loopback and to the agents of ECS
/// (169.254.170.2) and EKS (169.254.170.23, fd00:ec2::23) (AWS SDKs and Tools Reference Guide,
/// "Container credential provider").
Result<void> check_container_url(std::string_view url);

} // namespace gradus::aws
