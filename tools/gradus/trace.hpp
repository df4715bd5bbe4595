#pragma once
// Recorded spot markets, as the options --trace name them.

#include "aws/simulated/market.hpp"
#include "gradus/result.hpp"

#include <string>

namespace gradus::cli {

/// A file of the format spot-trace/1; or one of the public raw format, or a folder of such, one a
/// zone, named after it ("us-west-2a_v100_1.json"). The raw format says neither type nor start:
/// they are taken to be p3.2xlarge and 1 January 2023.
Result<simulated::Trace> read_trace_option(const std::string& path);

} // namespace gradus::cli
