// Finds the place of a JSON pointer in a text by scanning it again. Values carry no positions, so
// this runs only when a diagnostic is printed; the text has been parsed before and is valid JSON.
#include "gradus/json.hpp"
#include "states/json/pointer.hpp"

#include <algorithm>

namespace gradus {
namespace {

class Locator {
public:
    explicit Locator(std::string_view text) : text_(text) { skip_space(); }

    std::size_t offset() const { return at_; }

    /// Moves to the value of the wanted member or element; false, and unmoved, when there is none.
    bool enter(const std::string& token) {
        const std::size_t from = at_;
        if (peek() == '{' && enter_object(token)) return true;
        if (peek() == '[' && enter_array(token)) return true;
        at_ = from;
        return false;
    }

private:
    bool enter_object(const std::string& token) {
        std::size_t found = std::string_view::npos; // the last of equal names counts
        ++at_;
        skip_space();
        while (peek() == '"') {
            const std::size_t key_from = at_;
            skip_string();
            const auto key = parse_json(text_.substr(key_from, at_ - key_from));
            skip_space();
            ++at_; // the colon
            skip_space();
            if (key && key->is_string() && key->as_string() == token) found = at_;
            skip_value();
            if (peek() == ',') ++at_;
            skip_space();
        }
        if (found == std::string_view::npos) return false;
        at_ = found;
        return true;
    }

    bool enter_array(const std::string& token) {
        ++at_;
        skip_space();
        for (std::size_t index = 0; at_ < text_.size() && peek() != ']'; ++index) {
            if (std::to_string(index) == token) return true;
            skip_value();
            if (peek() == ',') ++at_;
            skip_space();
        }
        return false;
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_space() {
        while (at_ < text_.size() &&
               std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }
    void skip_string() {
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"')
            at_ += text_[at_] == '\\' ? 2 : 1;
        ++at_;
    }
    void skip_value() {
        std::size_t level = 0;
        do {
            const char c = peek();
            if (c == '"') {
                skip_string();
                continue;
            }
            if (c == '{' || c == '[') ++level;
            if (c == '}' || c == ']') {
                if (level == 0) return;
                --level;
            }
            if (level == 0 && c == ',') return;
            ++at_;
        } while (at_ < text_.size() && (level > 0 || !ends_value(peek())));
        skip_space();
    }
    static bool ends_value(char c) { return c == ',' || c == '}' || c == ']'; }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t line_start =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {lines + 1, before.size() - line_start + 1};
}

TextPosition locate(std::string_view text, std::string_view pointer) {
    Locator scanner(text);
    while (pointer.starts_with('/')) {
        if (!scanner.enter(next_pointer_token(pointer))) break;
    }
    return position_of(text, scanner.offset());
}

} // namespace gradus
