#pragma once
// Parameter Store as handlers use it: all parameters under a path, and single ones written or
// deleted. Errors become failures whose names say what they are ("Passing.Throttled",
// "Config.NotAllowed").

#include "gradus/handler.hpp"

#include <map>
#include <string>

namespace gradus::workflows {

using Parameters = std::map<std::string, std::string>;

/// By their names without the path: "status", "instances/i-0123". All pages are read.
Task<Result<Parameters, Failure>> read_parameters(aws::Client& aws, std::string region,
                                                  std::string path);

enum class Overwrite { no, yes };
/// False when it exists already and may not be overwritten.
Task<Result<bool, Failure>> put_parameter(aws::Client& aws, std::string region, std::string name,
                                          std::string value, Overwrite overwrite);
/// False when there was none.
Task<Result<bool, Failure>> delete_parameter(aws::Client& aws, std::string region,
                                             std::string name);

/// The failure that a call's error is to a workflow.
Failure failure_of(const aws::CallError& error, const std::string& what);

} // namespace gradus::workflows
