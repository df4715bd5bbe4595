#include "states/program/identifier.hpp"

#include "states/query/jsonata/regex.hpp"

namespace gradus {
namespace {

// The classes by which the annex defines ID_Start and ID_Continue, and the characters that it adds
// one by one (Other_ID_Start, Other_ID_Continue).
constexpr std::string_view pattern =
    R"(^[\p{L}\p{Nl}\u1885\u1886\u2118\u212E\u309B\u309C])"
    R"([\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u00B7\u0387\u1369-\u1371\u19DA\u2118\u212E\u309B\u309C]*$)";
constexpr std::string_view vertical_tilde = "\xE2\xB8\xAF"; // a letter, but Pattern_Syntax

} // namespace

bool is_identifier(std::string_view name) {
    static const auto expression = jsonata::Regex::compile(pattern, false, false, 0);
    if (!expression) return false;
    jsonata::Regex::Match match;
    return name.find(vertical_tilde) == std::string_view::npos &&
           expression->search(name, 0, match) == jsonata::Regex::Found::yes;
}

} // namespace gradus
