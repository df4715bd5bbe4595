#include "engine/api/arn.hpp"

#include "gradus/limits.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace gradus::api {
namespace {

StatesError invalid_arn(const std::string& reason) {
    return {"InvalidArn", "Invalid Arn: '" + reason + "'"};
}

struct KindRow {
    std::string_view word;
    ArnKind kind;
};
constexpr auto kinds = std::to_array<KindRow>({{"stateMachine", ArnKind::state_machine},
                                               {"execution", ArnKind::execution},
                                               {"express", ArnKind::express},
                                               {"activity", ArnKind::activity},
                                               {"mapRun", ArnKind::map_run}});

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t colon = text.find(':');
        parts.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) return parts;
        text.remove_prefix(colon + 1);
    }
}

/// Everything behind the `count`th colon.
std::string_view behind(std::string_view text, std::size_t count) {
    for (; count > 0; --count)
        text.remove_prefix(text.find(':') + 1);
    return text;
}

bool is_forbidden_in_names(char32_t c) {
    constexpr std::string_view special = "<>{}[]?*\"#%\\^|~`$&,;:/";
    if (c < 0x80)
        return c <= 0x20 || c == 0x7F || special.find(static_cast<char>(c)) != std::string::npos;
    return c <= 0xA0 || c == 0x2028 || c == 0x2029 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) ||
           (c & 0xFFFE) == 0xFFFE || c == 0x10FFFF;
}

} // namespace

bool is_version(std::string_view qualifier) {
    return !qualifier.empty() &&
           std::ranges::all_of(qualifier, [](char c) { return c >= '0' && c <= '9'; });
}

std::string StatesArn::region() const { return std::string(split(prefix)[3]); }

Result<StatesArn, StatesError> parse_arn(std::string_view text) {
    const auto parts = split(text);
    if (parts[0] != "arn") return invalid_arn("Invalid ARN prefix: " + std::string(text));
    // "arn:aws:states:REGION:ACCOUNT:TYPE:NAME"
    constexpr std::size_t parts_min = 7;
    if (parts.size() < parts_min || parts[2] != "states" || parts[6].empty())
        return invalid_arn("Invalid ARN: " + std::string(text));
    const auto kind = std::ranges::find(kinds, parts[5], &KindRow::word);
    if (kind == kinds.end())
        return invalid_arn("Resource type not valid in this context: " + std::string(parts[5]));
    StatesArn arn;
    arn.kind = kind->kind;
    arn.prefix = text.substr(0, text.size() - behind(text, 5).size());
    arn.name = parts[6];
    if (const std::size_t slash = arn.name.find('/'); slash != std::string::npos) {
        arn.label = arn.name.substr(slash + 1);
        arn.name.resize(slash);
    }
    if (parts.size() > parts_min) arn.qualifier = behind(text, parts_min);
    return arn;
}

Result<StatesArn, StatesError> parse_arn(std::string_view text, ArnKind kind) {
    GRADUS_TRY(StatesArn arn, parse_arn(text));
    if (arn.kind != kind) {
        const auto found = std::ranges::find(kinds, arn.kind, &KindRow::kind);
        return invalid_arn("Resource type not valid in this context: " + std::string(found->word));
    }
    return arn;
}

Result<void, StatesError> check_name(std::string_view name) {
    const StatesError invalid{"InvalidName", "Invalid Name: '" + std::string(name) + "'"};
    if (name.empty() || code_point_count(name) > limits::name_characters_max) return invalid;
    for (std::size_t at = 0; at < name.size();) {
        if (is_forbidden_in_names(next_code_point(name, at))) return invalid;
    }
    return {};
}

} // namespace gradus::api
