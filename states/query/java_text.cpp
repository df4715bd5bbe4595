#include "states/query/java_text.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <string_view>
#include <utility>

namespace gradus {

void append_java_text(std::string& out, const Value& value) {
    std::string_view separator;
    switch (value.kind()) {
    case Value::Kind::string: out += value.as_string(); return;
    case Value::Kind::array:
        out += '[';
        for (const Value& element : value.as_array()) {
            out += std::exchange(separator, ", ");
            append_java_text(out, element);
        }
        out += ']';
        return;
    case Value::Kind::object:
        out += '{';
        for (const Member& member : value.as_object()) {
            out += std::exchange(separator, ", ");
            out += member.name();
            out += '=';
            append_java_text(out, member.value);
        }
        out += '}';
        return;
    case Value::Kind::null:
    case Value::Kind::boolean:
    case Value::Kind::integer:
    case Value::Kind::real:
    case Value::Kind::decimal: append_json(out, value); return;
    }
    GRADUS_UNREACHABLE();
}

} // namespace gradus
