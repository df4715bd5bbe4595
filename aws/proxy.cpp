#include "aws/proxy.hpp"

#include "aws/endpoint/endpoint.hpp"
#include "aws/uri_encoding.hpp"

#include "gradus/aws/http_header.hpp"
#include "states/base/base.hpp"

#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace gradus::aws {

namespace {

// "host", "host:port", "user:password@host:port", with "http://" before it or not.
Result<Proxy> parse_proxy(std::string_view text, std::string_view variable) {
    const std::size_t scheme_end = text.find("://");
    const std::string_view scheme =
        scheme_end == std::string_view::npos ? "http" : text.substr(0, scheme_end);
    if (scheme_end != std::string_view::npos) text.remove_prefix(scheme_end + 3);
    if (scheme != "http")
        return Error{ErrorCode::unsupported, std::string(variable) +
                                                 ": expected a proxy with http, found one with '" +
                                                 std::string(scheme) + "'"};
    text = text.substr(0, text.find_first_of("/?#"));
    Proxy out;
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        // The parts are percent-encoded, so that a password may hold any sign.
        out.authorization = "Basic " + base64_encode(percent_decode(text.substr(0, at)));
        text.remove_prefix(at + 1);
    }
    const Result<Url> url = parse_url("http://" + std::string(text));
    if (!url)
        return Error{ErrorCode::invalid_argument,
                     std::string(variable) + ": " + url.error().message};
    out.host = url->host;
    out.port = url->port;
    return out;
}

/// The first variable that is set, also to nothing: that switches a proxy off.
struct Found {
    std::string name;
    std::string value;
};
std::optional<Found> first_set(const Environment& environment,
                               std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (const auto found = environment.find(name); found != environment.end())
            return Found{found->first, found->second};
    return std::nullopt;
}

Result<std::optional<Proxy>> read_proxy(const Environment& environment, std::string_view lower,
                                        std::string_view upper) {
    const std::optional<Found> found =
        first_set(environment, {lower, upper, "all_proxy", "ALL_PROXY"});
    if (!found || found->value.empty()) return std::optional<Proxy>();
    GRADUS_TRY(Proxy proxy, parse_proxy(found->value, found->name));
    return std::optional<Proxy>(std::move(proxy));
}

/// An address as bytes; those of IPv4 stand in the form that IPv6 has for them (RFC 4291, 2.5.5.2).
using Address = std::array<unsigned char, 16>;
constexpr int mapped_bits = 96;

std::optional<Address> parse_address(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    const std::string copy(text);
    Address out{};
    if (inet_pton(AF_INET6, copy.c_str(), out.data()) == 1) return out;
    out[10] = out[11] = 0xFF;
    if (inet_pton(AF_INET, copy.c_str(), out.data() + 12) == 1) return out;
    return std::nullopt;
}

bool is_in_network(const Address& address, const Address& network, int bits) {
    for (int bit = 0; bit < bits; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const unsigned mask = 0x80U >> static_cast<unsigned>(bit % 8);
        if ((address[byte] & mask) != (network[byte] & mask)) return false;
    }
    return true;
}

// "10.0.0.0/8".
bool network_has(std::string_view entry, std::string_view host) {
    const std::size_t slash = entry.find('/');
    const std::optional<Address> network = parse_address(entry.substr(0, slash));
    const std::optional<Address> address = parse_address(host);
    int bits = 0;
    const std::string_view count = entry.substr(slash + 1);
    const auto [end, fault] = std::from_chars(count.data(), count.data() + count.size(), bits);
    const bool is_number = fault == std::errc() && end == count.data() + count.size();
    if (!network || !address || !is_number || bits < 0) return false;
    const bool is_ipv4 = entry.substr(0, slash).find(':') == std::string_view::npos;
    const int all_bits = is_ipv4 ? bits + mapped_bits : bits;
    return all_bits <= 128 && is_in_network(*address, *network, all_bits);
}

bool is_below(std::string_view host, std::string_view domain) {
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (domain.empty() || host.size() < domain.size()) return false;
    const std::string_view end = host.substr(host.size() - domain.size());
    if (!equal_ignoring_case(end, domain)) return false;
    return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool entry_matches(std::string_view entry, std::string_view host, std::uint16_t port) {
    if (entry == "*") return true;
    if (entry.find('/') != std::string_view::npos) return network_has(entry, host);
    if (const std::optional<Address> address = parse_address(entry))
        return address == parse_address(host);
    // A colon in an address of IPv6 without brackets is none of a port.
    if (const std::size_t colon = entry.rfind(':'); colon != std::string_view::npos) {
        if (entry.substr(colon + 1) != std::to_string(port)) return false;
        return entry_matches(entry.substr(0, colon), host, port);
    }
    return is_below(host, entry);
}

bool is_nearby(std::string_view host) {
    return is_loopback(host) || network_has("169.254.0.0/16", host) ||
           network_has("fe80::/10", host) || network_has("fd00:ec2::/32", host);
}

} // namespace

Result<ProxySettings> read_proxy_settings(const Environment& environment) {
    ProxySettings out;
    GRADUS_TRY(out.http, read_proxy(environment, "http_proxy", "HTTP_PROXY"));
    GRADUS_TRY(out.https, read_proxy(environment, "https_proxy", "HTTPS_PROXY"));
    if (const auto found = first_set(environment, {"no_proxy", "NO_PROXY"}))
        out.no_proxy = found->value;
    return out;
}

const Proxy* proxy_for(const ProxySettings& settings, HttpRequest::Scheme scheme,
                       std::string_view host, std::uint16_t port) {
    const std::optional<Proxy>& proxy =
        scheme == HttpRequest::Scheme::https ? settings.https : settings.http;
    if (!proxy || is_nearby(host)) return nullptr;
    std::string_view rest = settings.no_proxy;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        std::string_view entry = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        const std::size_t begin = entry.find_first_not_of(" \t");
        if (begin == std::string_view::npos) continue;
        entry = entry.substr(begin, entry.find_last_not_of(" \t") + 1 - begin);
        if (entry_matches(entry, host, port)) return nullptr;
    }
    return &*proxy;
}

} // namespace gradus::aws
