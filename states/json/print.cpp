#include "gradus/json.hpp"

#include "gradus/assert.hpp"

#include <algorithm>
#include <charconv>

namespace gradus {
namespace {

void append_integer(std::string& out, std::int64_t number) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    out.append(buffer, static_cast<std::size_t>(end - buffer));
}

void append_scalar(std::string& out, const Value& value) {
    switch (value.kind()) {
    case Value::Kind::null: out += "null"; return;
    case Value::Kind::boolean: out += value.as_boolean() ? "true" : "false"; return;
    case Value::Kind::integer: append_integer(out, value.as_integer()); return;
    case Value::Kind::real: out += number_text(value.as_double()); return;
    case Value::Kind::decimal: out += value.as_decimal_text(); return;
    case Value::Kind::string: append_json_string(out, value.as_string()); return;
    case Value::Kind::array:
    case Value::Kind::object: break;
    }
    GRADUS_UNREACHABLE();
}

void append_pretty(std::string& out, const Value& value, std::size_t level) {
    const auto line = [&out](std::size_t indent) {
        out += '\n';
        out.append(indent * 2, ' ');
    };
    if (value.size() == 0 || value.is_string()) {
        append_json(out, value);
    } else if (value.is_array()) {
        char separator = '[';
        for (const Value& element : value.as_array()) {
            out += separator;
            separator = ',';
            line(level + 1);
            append_pretty(out, element, level + 1);
        }
        line(level);
        out += ']';
    } else if (value.is_object()) {
        char separator = '{';
        for (const Member& member : value.as_object()) {
            out += separator;
            separator = ',';
            line(level + 1);
            append_json_string(out, member.name());
            out += ": ";
            append_pretty(out, member.value, level + 1);
        }
        line(level);
        out += '}';
    }
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    out += '"';
    std::size_t plain_from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out.append(text, plain_from, i - plain_from);
        plain_from = i + 1;
        switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 0x0fU];
        }
    }
    out.append(text, plain_from, text.size() - plain_from);
    out += '"';
}

void append_json(std::string& out, const Value& value) {
    if (value.is_array()) {
        out += '[';
        const std::size_t start = out.size();
        for (const Value& element : value.as_array()) {
            if (out.size() != start) out += ',';
            append_json(out, element);
        }
        out += ']';
    } else if (value.is_object()) {
        out += '{';
        const std::size_t start = out.size();
        for (const Member& member : value.as_object()) {
            if (out.size() != start) out += ',';
            append_json_string(out, member.name());
            out += ':';
            append_json(out, member.value);
        }
        out += '}';
    } else {
        append_scalar(out, value);
    }
}

std::string to_json(const Value& value) {
    std::string out;
    append_json(out, value);
    return out;
}

std::string to_pretty_json(const Value& value) {
    std::string out;
    append_pretty(out, value, 0);
    return out;
}

bool is_same_text(const Value& a, const Value& b) {
    if (a.is_same(b)) return true;
    if (a.is_number() && b.is_number()) {
        if (a.is_integer() && b.is_integer()) return a.as_integer() == b.as_integer();
        return to_json(a) == to_json(b);
    }
    if (a.kind() != b.kind() || a.size() != b.size()) return false;
    if (a.is_string()) return a.as_string() == b.as_string();
    if (a.is_array()) {
        const auto x = a.as_array();
        const auto y = b.as_array();
        return std::equal(x.begin(), x.end(), y.begin(), is_same_text);
    }
    if (!a.is_object()) return false;
    const Members x = a.as_object();
    const Members y = b.as_object();
    return std::equal(x.begin(), x.end(), y.begin(), [](const Member& m, const Member& n) {
        return m.name() == n.name() && is_same_text(m.value, n.value);
    });
}

} // namespace gradus
