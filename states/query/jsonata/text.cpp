#include "states/query/jsonata/text.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "states/query/jsonata/evaluator.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gradus::jsonata {

std::size_t byte_of_character(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    while (at < text.size()) {
        if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && index-- == 0) break;
        ++at;
    }
    return at;
}

std::string_view slice_characters(std::string_view text, double from, double to) {
    const auto size = static_cast<double>(code_point_count(text));
    const auto place = [&](double index) {
        index = std::trunc(index);
        return static_cast<std::size_t>(std::clamp(index < 0 ? index + size : index, 0.0, size));
    };
    const std::size_t begin = place(from);
    const std::size_t end = place(to);
    if (begin >= end) return {};
    const std::size_t first = byte_of_character(text, begin);
    return text.substr(first, byte_of_character(text.substr(first), end - begin));
}

std::string rounded_number_text(double number) {
    char digits[40];
    const auto written =
        std::to_chars(digits, digits + sizeof digits, number, std::chars_format::scientific, 14);
    double rounded = 0;
    std::from_chars(digits, written.ptr, rounded);
    return number_text(rounded);
}

// --- $string ------------------------------------------------------------------------------------

namespace {

class Printer {
public:
    Printer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

    void print(const Value& value, std::size_t level) {
        switch (value.kind()) {
        case Value::Kind::null: out_ += "null"; return;
        case Value::Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; return;
        case Value::Kind::integer:
            if (std::abs(static_cast<double>(value.as_integer())) < 1e15) {
                out_ += std::to_string(value.as_integer());
                return;
            }
            [[fallthrough]];
        case Value::Kind::real:
        case Value::Kind::decimal: number(value.as_double()); return;
        case Value::Kind::string: append_json_string(out_, value.as_string()); return;
        case Value::Kind::array: array(value, level); return;
        case Value::Kind::object: object(value, level); return;
        }
    }

private:
    void number(double number) {
        out_ += std::isfinite(number) ? rounded_number_text(number) : "null";
    }
    void line(std::size_t level) {
        if (!pretty_) return;
        out_ += '\n';
        out_.append(level * 2, ' ');
    }
    void array(const Value& value, std::size_t level) {
        out_ += '[';
        bool first = true;
        for (const Value& element : value.as_array()) {
            if (!first) out_ += ',';
            first = false;
            line(level + 1);
            print(element, level + 1);
        }
        if (!first) line(level);
        out_ += ']';
    }
    void object(const Value& value, std::size_t level) {
        out_ += '{';
        bool first = true;
        for (const Member& member : value.as_object()) {
            if (!first) out_ += ',';
            first = false;
            line(level + 1);
            append_json_string(out_, member.name());
            out_ += pretty_ ? ": " : ":";
            print(member.value, level + 1);
        }
        if (!first) line(level);
        out_ += '}';
    }

    std::string& out_;
    bool pretty_;
};

void append_item(std::string& out, const Item& item, bool pretty) {
    const Value* value = item.value();
    if (value != nullptr && value->is_string())
        out += value->as_string();
    else if (value != nullptr)
        Printer(out, pretty).print(*value, 0);
    else if (!item.is_function() && item.is_defined())
        Printer(out, pretty).print(to_value(item), 0);
}

} // namespace

std::string string_of(const Item& item, bool pretty) {
    std::string out;
    append_item(out, item, pretty);
    return out;
}

void append_string_of(std::string& out, const Item& item) { append_item(out, item, false); }

} // namespace gradus::jsonata
