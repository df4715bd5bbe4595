// A token is base64 of "EXECUTION|COMMAND|MAC" (make_task_token, states/step.hpp); the execution is
// an ARN, so every token begins with the base64 of "arn".
#include "states/replay/task_token_text.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace gradus {
namespace {

constexpr std::string_view token_start = "YXJu";
constexpr std::size_t mac_digits = 64;

bool is_base64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

struct Token {
    std::size_t size = 0;
    std::string subject; // "EXECUTION|COMMAND"
};

/// The token that a text begins with.
std::optional<Token> token_at_start(std::string_view text) {
    if (!text.starts_with(token_start)) return std::nullopt;
    std::size_t size = 0;
    while (size < text.size() && is_base64(text[size]))
        ++size;
    while (size < text.size() && text[size] == '=' && size % 4 != 0)
        ++size;
    const auto content = base64_decode(text.substr(0, size));
    if (!content || content->size() < mac_digits + 2) return std::nullopt;
    const std::size_t mac_at = content->size() - mac_digits;
    const bool is_mac =
        std::all_of(content->begin() + static_cast<std::ptrdiff_t>(mac_at), content->end(),
                    [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (!is_mac || (*content)[mac_at - 1] != '|') return std::nullopt;
    return Token{size, content->substr(0, mac_at - 1)};
}

} // namespace

bool is_same_but_tokens(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    while (!a.empty()) {
        const std::size_t equal = static_cast<std::size_t>(
            std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
        if (equal == a.size()) return true;
        // The difference must be inside of a token that begins before it.
        const std::size_t start = a.substr(0, equal).rfind(token_start);
        if (start == std::string_view::npos) return false;
        const auto token = token_at_start(a.substr(start));
        const auto other = token_at_start(b.substr(start));
        if (!token || !other || token->size != other->size || token->subject != other->subject)
            return false;
        if (start + token->size <= equal) return false;
        a.remove_prefix(start + token->size);
        b.remove_prefix(start + token->size);
    }
    return true;
}

} // namespace gradus
