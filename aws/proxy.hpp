#pragma once
// Which requests go through a proxy: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, read as curl
// and the AWS CLI read them. Pure.

#include "aws/credentials/plan.hpp"
#include "aws/http/message.hpp"

#include "gradus/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradus::aws {

struct Proxy {
    std::string host;
    std::uint16_t port = 80;
    std::string authorization; // the value of Proxy-Authorization; empty: none

    friend bool operator==(const Proxy&, const Proxy&) = default;
};

struct ProxySettings {
    std::optional<Proxy> http;  // for requests to http
    std::optional<Proxy> https; // for requests to https
    std::string no_proxy;       // see proxy_for

    friend bool operator==(const ProxySettings&, const ProxySettings&) = default;
};

/// From http_proxy, https_proxy, all_proxy and no_proxy; lower-case names go first, and upper-case
/// ones count, too. Fails with invalid_argument (not a URL; the message has no password) and
/// unsupported (a proxy that is reached over TLS or SOCKS).
Result<ProxySettings> read_proxy_settings(const Environment& environment);

/// The proxy of a request, null when it goes straight. Entries of no_proxy stand apart by commas: a
/// name is that host and all below it, also with a dot before it; an address is itself, with "/24"
/// its network; with ":port" an entry counts for that port; "*" is everything. Requests to this
/// machine and to link-local addresses, where metadata services are, never go through a proxy.
const Proxy* proxy_for(const ProxySettings& settings, HttpRequest::Scheme scheme,
                       std::string_view host, std::uint16_t port);

} // namespace gradus::aws
