#pragma once
// A header field of an HTTP message, as it was received or is to be sent. Names keep their case and
// are compared without regard to it (RFC 9110, section 5.1).

#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

struct HttpHeader {
    std::string name;
    std::string value;

    friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

using HttpHeaders = std::vector<HttpHeader>;

/// Equal without regard to the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// The value of the first field of that name; null when there is none.
const std::string* find_header(const HttpHeaders& headers, std::string_view name);
/// Replaces the first field of that name, or adds one at the end.
void set_header(HttpHeaders& headers, std::string_view name, std::string value);

} // namespace gradus::aws
