#pragma once
// Where a service of a region answers, and what its requests are signed for. This is the seam
// behind which endpoint rule sets will stand; for now the pattern that the built-in services share,
// {service}.{region}.{suffix of the partition}, and URLs of the caller's.

#include "aws/http/message.hpp"
#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gradus::aws {

struct Url {
    HttpRequest::Scheme scheme = HttpRequest::Scheme::https;
    std::string host; // IPv6 without brackets
    std::uint16_t port = 443;
    std::string path; // without a final '/'; empty: none

    friend bool operator==(const Url&, const Url&) = default;
};

/// An absolute http or https URL without user, query or fragment.
Result<Url> parse_url(std::string_view text);

/// Whether a host is this machine by its name or address.
bool is_loopback(std::string_view host);
/// Whether a host is an address and not a name.
bool is_ip_address(std::string_view host);

/// A group of regions with one domain (AWS General Reference, "AWS partitions").
struct Partition {
    std::string_view name;       // "aws-cn"
    std::string_view dns_suffix; // "amazonaws.com.cn"
};
Partition partition_of(std::string_view region);

/// URLs to use instead of AWS's.
struct EndpointOverrides {
    std::string all; // for every service; empty: none
    // By key of the service, see endpoint_key(); before `all`.
    std::unordered_map<std::string, std::string> by_service;
};

/// How settings name a service: its id in lower case with '_' for spaces ("auto_scaling");
/// upper-cased behind AWS_ENDPOINT_URL_ (AWS SDKs and Tools Reference Guide, "Service-specific
/// endpoints").
std::string endpoint_key(std::string_view service_id);

struct Endpoint {
    Url url;
    std::string signing_region;
    std::string signing_name;

    /// The Host header: with the port when it isn't the scheme's own.
    std::string host_header() const;
};

/// `host_prefix` comes from the operation ("sync-"); it isn't put before addresses and loopback
/// names, which have no names below them. Fails with invalid_argument.
Result<Endpoint> resolve_endpoint(const ServiceMetadata& service, std::string_view region,
                                  std::string_view host_prefix, const EndpointOverrides& overrides);

} // namespace gradus::aws
