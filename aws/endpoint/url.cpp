#include "aws/endpoint/url.hpp"

#include <algorithm>
#include <charconv>

namespace gradus::aws {

namespace {

constexpr std::size_t url_bytes_max = 2'048;

Error bad_url(std::string_view text, std::string_view why) {
    return {ErrorCode::invalid_argument, "expected an http or https URL, found '" +
                                             std::string(text) + "': " + std::string(why)};
}

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
    });
}

std::uint16_t default_port(HttpRequest::Scheme scheme) {
    return scheme == HttpRequest::Scheme::https ? 443 : 80;
}

} // namespace

std::string Url::host_header() const {
    std::string out = host.find(':') != std::string::npos ? '[' + host + ']' : host;
    if (port != default_port(scheme)) out += ':' + std::to_string(port);
    return out;
}

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

} // namespace gradus::aws
