// States.Format. AWS documents strings, numbers, booleans and null as arguments; recorded runs show
// that objects and arrays are accepted too and printed as Java prints its maps and lists.

#include "states/query/intrinsics/call.hpp"
#include "states/query/java_text.hpp"

namespace gradus::intrinsics {

namespace {

Refusal wrong_count(std::size_t arguments) {
    return refuse("The number of arguments (" + std::to_string(arguments) +
                  ") does not match the occurrences of {} in the template");
}

} // namespace

FunctionResult format(Arguments arguments, Random&) {
    if (!arguments[0].is_string()) return refuse("The template must be a string");
    std::string_view text = arguments[0].as_string();
    Arguments left = arguments.subspan(1);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            if (++i == text.size()) return refuse("The template ends with an open backslash");
            out += text[i];
        } else if (text[i] == '{' && i + 1 < text.size() && text[i + 1] == '}') {
            ++i;
            if (left.empty()) return wrong_count(arguments.size() - 1);
            append_java_text(out, left.front());
            left = left.subspan(1);
        } else {
            out += text[i];
        }
        if (out.size() > format_bytes_max)
            return refuse("The text has more than " + std::to_string(format_bytes_max) + " bytes");
    }
    if (!left.empty()) return wrong_count(arguments.size() - 1);
    return Value(out);
}

} // namespace gradus::intrinsics
