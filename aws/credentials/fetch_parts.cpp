#include "aws/credentials/fetch_parts.hpp"

#include "aws/endpoint/url.hpp"

#include <algorithm>
#include <utility>

namespace gradus::aws {

Result<HttpRequest> request_to(std::string method, std::string_view url) {
    const std::size_t mark = std::min(url.find('?'), url.size());
    GRADUS_TRY(const Url parsed, parse_url(url.substr(0, mark)));
    HttpRequest out;
    out.scheme = parsed.scheme;
    out.host = parsed.host;
    out.port = parsed.port;
    out.method = std::move(method);
    // Not what parse_url made of it: a final '/' is part of the path here.
    const std::size_t path = url.find('/', url.find("//") + 2);
    out.target = path == std::string_view::npos ? "/" : std::string(url.substr(path));
    out.headers = {{"Host", parsed.host_header()}};
    return out;
}

bool is_transient(int status) { return status == 429 || status >= 500; }

bool ends_its_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string_view first_line(std::string_view text) {
    text = text.substr(0, text.find_first_of("\r\n"));
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

Fetched fetched(Result<Credentials> read, const std::string& where) {
    if (read) return {std::move(*read)};
    return {source_failed(where + ": " + read.error().message)};
}

} // namespace gradus::aws
