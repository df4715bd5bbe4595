#include "aws/credentials/container_url.hpp"

#include "aws/endpoint/endpoint.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace gradus::aws {

namespace {

constexpr std::array<std::string_view, 3> agents = {"169.254.170.2", "169.254.170.23",
                                                    "fd00:ec2::23"};

} // namespace

Result<void> check_container_url(std::string_view text) {
    const std::size_t query = text.find('?');
    const Result<Url> url = parse_url(text.substr(0, query));
    if (!url)
        return Error{ErrorCode::invalid_argument,
                     "AWS_CONTAINER_CREDENTIALS_FULL_URI: " + url.error().message};
    const bool is_known = std::find(agents.begin(), agents.end(), url->host) != agents.end();
    if (url->scheme == HttpRequest::Scheme::https || is_known || is_loopback(url->host)) return {};
    return Error{
        ErrorCode::invalid_argument,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI: expected https, or http to a loopback address, "
        "169.254.170.2, 169.254.170.23 or fd00:ec2::23, found http to '" +
            url->host + "'"};
}

} // namespace gradus::aws
