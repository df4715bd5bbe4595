#pragma once
// From an HTTP request to the handler of its operation and back: region and service from the
// signature's scope or the Host header, signature, limits, parameters. Inside of aws/simulated.

#include "aws/simulated/world.hpp"

namespace gradus::simulated {

aws::HttpResponse dispatch(World& world, const aws::HttpRequest& request);

} // namespace gradus::simulated
