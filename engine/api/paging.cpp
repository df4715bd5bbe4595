#include "engine/api/paging.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <optional>

namespace gradus::api {
namespace {

/// API reference: "Each pagination token expires after 24 hours."
constexpr std::chrono::hours token_lifetime{24};

/// What makes two questions the same.
std::string subject(const Question& question) {
    std::string out(question.operation);
    for (const Member& member : question.input.as_object()) {
        if (member.name() != "maxResults" && member.name() != "nextToken")
            out += '|' + std::string(member.name()) + '=' + to_json(member.value);
    }
    return out;
}

std::string mac(const Question& question, const std::string& content) {
    return to_hex(hmac_sha256(question.token_secret, subject(question) + '|' + content));
}

std::string make_token(const Question& question, const std::string& place) {
    const std::string content = std::to_string(epoch_milliseconds(question.now)) + '|' + place;
    return base64_encode(mac(question, content) + '|' + content);
}

/// The place; nothing when the token is another question's, garbled, or too old.
std::optional<std::string> read_token(const Question& question, std::string_view token) {
    const auto text = base64_decode(token);
    if (!text) return std::nullopt;
    const std::size_t mac_end = text->find('|');
    if (mac_end == std::string::npos) return std::nullopt;
    const std::string content = text->substr(mac_end + 1);
    if (!equal_in_constant_time(text->substr(0, mac_end), mac(question, content)))
        return std::nullopt;
    const std::size_t time_end = content.find('|');
    const Timestamp made = timestamp_of(std::stoll(content.substr(0, time_end)));
    if (question.now - made > token_lifetime) return std::nullopt;
    return content.substr(time_end + 1);
}

} // namespace

std::size_t results_max(const Value& input) {
    constexpr std::int64_t usual = 100;
    std::int64_t wanted = 0;
    const bool is_given = input["maxResults"].to_integer(wanted) && wanted > 0;
    return static_cast<std::size_t>(is_given ? wanted : usual);
}

std::string place_of(std::uint64_t number) {
    constexpr std::size_t digits = 20;
    const std::string text = std::to_string(number);
    return std::string(digits - text.size(), '0') + text;
}

Result<std::optional<std::uint64_t>, StatesError> place_behind(const Question& question) {
    const Value& token = question.input["nextToken"];
    if (!token.is_string()) return std::optional<std::uint64_t>();
    const auto place = read_token(question, token.as_string());
    if (!place) return StatesError{"InvalidToken", "Invalid Token: 'Invalid token'"};
    return std::optional<std::uint64_t>(std::stoull(*place)); // made by place_of
}

Result<Page, StatesError> page_of(const Question& question, const std::vector<Listed>& list,
                                  Order order) {
    std::size_t first = 0;
    if (const Value& token = question.input["nextToken"]; token.is_string()) {
        const auto place = read_token(question, token.as_string());
        if (!place) return StatesError{"InvalidToken", "Invalid Token: 'Invalid token'"};
        const auto is_behind = [&](const Listed& item) {
            return order == Order::ascending ? item.place > *place : item.place < *place;
        };
        first = static_cast<std::size_t>(std::ranges::find_if(list, is_behind) - list.begin());
    }
    const std::size_t end = std::min(list.size(), first + results_max(question.input));
    Page page;
    for (std::size_t i = first; i < end; ++i)
        page.items.push_back(list[i].item);
    if (end < list.size()) page.next_token = make_token(question, list[end - 1].place);
    return page;
}

} // namespace gradus::api
