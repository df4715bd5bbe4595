#include "aws/http/message.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* find_header(const HttpHeaders& headers, std::string_view name) {
    for (const HttpHeader& header : headers)
        if (equal_ignoring_case(header.name, name)) return &header.value;
    return nullptr;
}

void set_header(HttpHeaders& headers, std::string_view name, std::string value) {
    for (HttpHeader& header : headers) {
        if (!equal_ignoring_case(header.name, name)) continue;
        header.value = std::move(value);
        return;
    }
    headers.push_back({std::string(name), std::move(value)});
}

} // namespace gradus::aws
