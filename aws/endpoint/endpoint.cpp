#include "aws/endpoint/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gradus::aws {

namespace {

constexpr std::size_t url_bytes_max = 2'048;
constexpr std::size_t label_bytes_max = 63; // RFC 1123

Error bad_url(std::string_view text, std::string_view why) {
    return {ErrorCode::invalid_argument, "expected an http or https URL, found '" +
                                             std::string(text) + "': " + std::string(why)};
}

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host_label(std::string_view text) {
    return !text.empty() && text.size() <= label_bytes_max && is_alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_host(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
    });
}

std::uint16_t default_port(HttpRequest::Scheme scheme) {
    return scheme == HttpRequest::Scheme::https ? 443 : 80;
}

const std::string* override_of(const ServiceMetadata& service, const EndpointOverrides& overrides) {
    const auto found = overrides.by_service.find(endpoint_key(service.service_id));
    if (found != overrides.by_service.end()) return &found->second;
    return overrides.all.empty() ? nullptr : &overrides.all;
}

} // namespace

Result<Url> parse_url(std::string_view text) {
    if (text.size() > url_bytes_max) return bad_url(text.substr(0, 80), "too long");
    Url out;
    std::string_view rest = text;
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        out.scheme = HttpRequest::Scheme::http;
        rest.remove_prefix(7);
    } else {
        return bad_url(text, "it begins with neither");
    }
    const bool is_printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_printable) return bad_url("…", "it must be printable ASCII without spaces");
    if (rest.find_first_of("?#@") != std::string_view::npos)
        return bad_url(text, "it must not have a user, a query or a fragment");
    const std::size_t slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    if (slash != std::string_view::npos) out.path = rest.substr(slash);
    while (out.path.ends_with('/'))
        out.path.pop_back();

    out.port = default_port(out.scheme);
    std::string_view port;
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) return bad_url(text, "a ']' is missing");
        out.host = authority.substr(1, close - 1);
        if (!is_ip_address(out.host)) return bad_url(text, "not an address in brackets");
        authority.remove_prefix(close + 1);
        if (!authority.empty() && authority[0] != ':') return bad_url(text, "not a port");
        port = authority.empty() ? authority : authority.substr(1);
    } else {
        const std::size_t colon = authority.find(':');
        out.host = authority.substr(0, colon);
        if (!is_host(out.host)) return bad_url(text, "not a host name");
        if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    }
    if (port.empty()) return out;
    const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (fault != std::errc() || end != port.data() + port.size() || out.port == 0)
        return bad_url(text, "not a port");
    return out;
}

bool is_ip_address(std::string_view host) {
    if (host.find(':') != std::string_view::npos)
        return std::all_of(host.begin(), host.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
                   c == ':' || c == '.';
        });
    return !host.empty() && std::all_of(host.begin(), host.end(),
                                        [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host.ends_with(".localhost") || host == "::1") return true;
    return host.starts_with("127.") && is_ip_address(host);
}

Partition partition_of(std::string_view region) {
    // By the beginning of the region's name, the longer ones first.
    static constexpr std::pair<std::string_view, Partition> rows[] = {
        {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov"}},
        {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov"}},
        {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk"}},
        {"us-iso-", {"aws-iso", "c2s.ic.gov"}},
        {"us-gov-", {"aws-us-gov", "amazonaws.com"}},
        {"eusc-", {"aws-eusc", "amazonaws.eu"}},
        {"cn-", {"aws-cn", "amazonaws.com.cn"}},
    };
    for (const auto& [prefix, partition] : rows)
        if (region.starts_with(prefix)) return partition;
    return {"aws", "amazonaws.com"};
}

std::string endpoint_key(std::string_view service_id) {
    std::string out(service_id);
    for (char& c : out) {
        if (c == ' ' || c == '-') c = '_';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string Endpoint::host_header() const {
    std::string out = url.host.find(':') != std::string::npos ? '[' + url.host + ']' : url.host;
    if (url.port != default_port(url.scheme)) out += ':' + std::to_string(url.port);
    return out;
}

Result<Endpoint> resolve_endpoint(const ServiceMetadata& service, std::string_view region,
                                  std::string_view host_prefix,
                                  const EndpointOverrides& overrides) {
    if (region.empty())
        return Error{ErrorCode::invalid_argument,
                     "no AWS region is set (--region, AWS_REGION or the profile)"};
    // The region becomes part of a host name, so it must not be able to lead elsewhere.
    if (!is_host_label(region))
        return Error{ErrorCode::invalid_argument,
                     "expected an AWS region, found '" + std::string(region) + "'"};
    Endpoint out;
    out.signing_region = region;
    out.signing_name = service.signing_name;
    if (const std::string* url = override_of(service, overrides)) {
        GRADUS_TRY(out.url, parse_url(*url));
        const bool has_names_below = !is_loopback(out.url.host) && !is_ip_address(out.url.host);
        if (has_names_below) out.url.host.insert(0, host_prefix);
        return out;
    }
    out.url.host = std::string(host_prefix) + service.endpoint_prefix + '.' + std::string(region) +
                   '.' + std::string(partition_of(region).dns_suffix);
    return out;
}

} // namespace gradus::aws
