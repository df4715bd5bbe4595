#pragma once
// Where a call goes and what it is signed for: as the endpoint rules of its service's model say,
// from region, settings and parameters.

#include "aws/endpoint/rule_set.hpp"
#include "aws/endpoint/url.hpp"
#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gradus::aws {

/// How settings name a service: its id in lower case with '_' for spaces ("auto_scaling");
/// upper-cased behind AWS_ENDPOINT_URL_ (AWS SDKs and Tools Reference Guide, "Service-specific
/// endpoints").
std::string endpoint_key(std::string_view service_id);

enum class S3Addressing { automatic, path, virtual_hosted };

/// What whoever runs gradus wants of endpoints (AWS SDKs and Tools Reference Guide, "Settings
/// reference").
struct EndpointSettings {
    // URLs to use instead of AWS's. FIPS and dual stack are for AWS's only, as with the AWS CLI.
    std::string all;                                         // for every service; empty: none
    std::unordered_map<std::string, std::string> by_service; // by endpoint_key(); before `all`
    bool use_fips = false;
    bool use_dual_stack = false;
    bool use_global_sts = false; // sts.amazonaws.com in the regions that once had no other
    struct S3 {
        // Automatic: the bucket is in the host, but in the path below a URL of the user's.
        S3Addressing addressing = S3Addressing::automatic;
        bool use_accelerate = false;
        bool use_arn_region = true;
        bool use_global_us_east_1 = false; // s3.amazonaws.com
        bool has_no_multi_region_access_points = false;
    };
    S3 s3;
};

struct Endpoint {
    Url url;
    std::string signing_region;
    std::string signing_name;
    // S3 signs paths as they are, for ".." is part of a key.
    bool signs_path_as_it_is = false;
    HttpHeaders headers; // that requests there carry

    /// Path and query of a request: that of an operation of the model, below the URL's.
    std::string target(const Operation& operation, std::string_view uri) const;
};

/// What a call's endpoint depends on.
struct EndpointQuery {
    const Operation& operation;
    const Value& input;
    std::string_view region;
    std::string_view host_prefix; // of the operation, filled in ("sync-")
};

/// The endpoint rules of models, each compiled when it is first needed. Not for several threads.
class EndpointRules {
public:
    /// `host_prefix` isn't put before addresses and loopback names, which have no names below them.
    /// Fails with invalid_argument, in the words of the service's rules where they refuse, and with
    /// unsupported where they want a signature that isn't offered.
    Result<Endpoint> resolve(const std::shared_ptr<const ServiceModel>& model,
                             const EndpointQuery& query, const EndpointSettings& settings);

private:
    std::unordered_map<std::shared_ptr<const ServiceModel>, RuleSet> compiled_;
};

} // namespace gradus::aws
