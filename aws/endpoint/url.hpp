#pragma once
// URLs of endpoints, taken apart.

#include "aws/http/message.hpp"

#include "gradus/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gradus::aws {

struct Url {
    HttpRequest::Scheme scheme = HttpRequest::Scheme::https;
    std::string host; // IPv6 without brackets
    std::uint16_t port = 443;
    std::string path; // without a final '/'; empty: none

    /// The Host header: with the port when it isn't the scheme's own.
    std::string host_header() const;

    friend bool operator==(const Url&, const Url&) = default;
};

/// An absolute http or https URL without user, query or fragment.
Result<Url> parse_url(std::string_view text);

/// Whether a host is this machine by its name or address.
bool is_loopback(std::string_view host);
/// Whether a host is an address and not a name.
bool is_ip_address(std::string_view host);

} // namespace gradus::aws
