#include "aws/uri_encoding.hpp"

namespace gradus::aws {

namespace {

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::space) {
            out += ' ';
            continue;
        }
        const bool has_escape = text[i] == '%' && i + 2 < text.size();
        const int high = has_escape ? hex_digit(text[i + 1]) : -1;
        const int low = has_escape ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

} // namespace

std::string percent_encode(std::string_view text, Slash slash) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        if (is_unreserved(c) || (c == '/' && slash == Slash::kept)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

Target split_target(std::string_view target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

std::string percent_decode(std::string_view text) { return decode(text, Plus::literal); }

std::vector<QueryParameter> parse_query(std::string_view query, Plus plus) {
    std::vector<QueryParameter> parameters;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view part = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        parameters.push_back(
            {decode(part.substr(0, equals), plus), equals == std::string_view::npos
                                                       ? std::string()
                                                       : decode(part.substr(equals + 1), plus)});
    }
    return parameters;
}

std::string format_query(const std::vector<QueryParameter>& parameters) {
    std::string out;
    for (const QueryParameter& parameter : parameters) {
        if (!out.empty()) out += '&';
        out += percent_encode(parameter.name);
        out += '=';
        out += percent_encode(parameter.value);
    }
    return out;
}

} // namespace gradus::aws
