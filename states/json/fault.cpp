// What is wrong with a text that is no JSON, in the words of the parser behind AWS's API. Recorded:
// "Unrecognized token 'not': was expecting (JSON String, …)" with its place, and "Unexpected
// character (''' (code 39)): was expecting double-quote to start field name". The words are those
// of Jackson, a published parser, whose other messages follow from the same rules; they are not
// recorded.
#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <vector>

namespace gradus {
namespace {

constexpr std::string_view value_kinds =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
constexpr std::size_t token_characters_max = 256;  // of a token that a message shows
constexpr std::size_t source_characters_max = 500; // of a text that a location shows

bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Java's identifiers, roughly: everything beyond ASCII counts.
bool is_identifier_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_identifier_part(char c) { return is_identifier_start(c) || is_digit(c); }

std::size_t utf16_size(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();)
        units += next_code_point(text, at) > 0xFFFF ? 2 : 1;
    return units;
}

/// "':' (code 58)"
std::string shown(char32_t c) {
    const std::string code = std::to_string(static_cast<std::uint32_t>(c));
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return "(CTRL-CHAR, code " + code + ")";
    std::string text = "'";
    append_utf8(text, c);
    text += "' (code " + code;
    if (c > 0xFF) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string hex;
        for (auto rest = static_cast<std::uint32_t>(c); rest != 0; rest >>= 4U)
            hex.insert(hex.begin(), digits[rest & 0xFU]);
        text += " / 0x" + hex;
    }
    return text + ")";
}

/// Reads tokens in turn, as the parser does, until one is wrong.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::optional<JsonFault> run() {
        while (!fault_ && !is_done_)
            next_token();
        return std::move(fault_);
    }

private:
    struct Container {
        bool is_object = false;
        std::size_t offset = 0;
        bool has_entries = false;
        const char* name() const { return is_object ? "Object" : "Array"; }
    };

    bool at_end() const { return at_ >= text_.size(); }
    std::string source(TextPosition at) const { return json_source_location(text_, at); }

    /// `from` is where a person should look; the parser itself names the place where it stopped.
    bool fail(std::string message, std::size_t from) {
        return fail_at(std::move(message), from, parser_position(text_, at_));
    }
    bool fail_at(std::string message, std::size_t from, TextPosition stopped) {
        fault_ = JsonFault{std::move(message), from, stopped};
        return false;
    }
    static TextPosition parser_position(std::string_view text, std::size_t offset) {
        const TextPosition bytes = position_of(text, offset);
        return {bytes.line,
                1 + utf16_size(text.substr(offset - (bytes.column - 1), bytes.column - 1))};
    }

    bool unexpected_end(const std::string& where) {
        at_ = text_.size();
        return fail("Unexpected end-of-input" + where, at_);
    }
    bool end_between_entries() {
        return unexpected_end(std::string(" within/between ") +
                              (open_.empty() ? "root" : open_.back().name()) + " entries");
    }
    /// The character at `from` has no business there.
    bool unexpected(std::size_t from, std::string_view comment, std::string_view within = "") {
        at_ = from;
        const char32_t c = next_code_point(text_, at_);
        return fail("Unexpected character (" + shown(c) + ")" + std::string(within) + ": " +
                        std::string(comment),
                    from);
    }
    bool invalid_token(std::size_t from) {
        at_ = from;
        while (!at_end() && is_identifier_part(text_[at_]))
            ++at_;
        std::string token(text_.substr(from, at_ - from));
        if (token.size() > token_characters_max)
            token = token.substr(0, token_characters_max) + "...";
        if (token == "NaN" || token == "Infinity") {
            return fail("Non-standard token '" + token +
                            "': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
                        from);
        }
        return fail("Unrecognized token '" + token + "': was expecting " + std::string(value_kinds),
                    from);
    }

    bool skip_space() {
        for (; !at_end(); ++at_) {
            const char c = text_[at_];
            if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
            if (c == '/') {
                return unexpected(at_, "maybe a (non-standard) comment? (not recognized as one "
                                       "since Feature 'ALLOW_COMMENTS' not enabled for parser)");
            }
            if (static_cast<unsigned char>(c) >= 0x20) return true;
            ++at_;
            return fail("Illegal character (" + shown(static_cast<unsigned char>(c)) +
                            "): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                        at_ - 1);
        }
        return true;
    }

    void next_token() {
        if (!skip_space()) return;
        if (at_end()) {
            is_done_ = true;
            if (open_.empty()) return;
            const Container& top = open_.back();
            unexpected_end(std::string(": expected close marker for ") + top.name() +
                           " (start marker at " + source(parser_position(text_, top.offset)) + ")");
            return;
        }
        if (open_.empty() && has_value_) {
            fail("Unexpected text after the JSON value", at_); // ours
            return;
        }
        if (text_[at_] == ']' || text_[at_] == '}') return close();
        if (!open_.empty() && open_.back().has_entries) {
            if (text_[at_] != ',') {
                unexpected(at_, std::string("was expecting comma to separate ") +
                                    open_.back().name() + " entries");
                return;
            }
            ++at_;
            if (!skip_space()) return;
            if (at_end()) return void(end_between_entries());
        }
        if (!open_.empty()) open_.back().has_entries = true;
        if (!open_.empty() && open_.back().is_object && !field_name()) return;
        value();
    }

    void close() {
        const bool is_brace = text_[at_] == '}';
        if (!open_.empty() && open_.back().is_object == is_brace) {
            ++at_;
            open_.pop_back();
            return;
        }
        const char* name = open_.empty() ? "root" : open_.back().name();
        const TextPosition start =
            open_.empty() ? TextPosition{1, 0} : parser_position(text_, open_.back().offset);
        ++at_;
        fail(std::string("Unexpected close marker '") + (is_brace ? '}' : ']') + "': expected '" +
                 (is_brace ? ']' : '}') + "' (for " + name + " starting at " + source(start) + ")",
             at_ - 1);
    }

    bool field_name() {
        if (text_[at_] != '"')
            return unexpected(at_, "was expecting double-quote to start field name");
        if (!string(" in field name", "name")) return false;
        if (!skip_space()) return false;
        if (at_end()) return end_between_entries();
        if (text_[at_] != ':')
            return unexpected(at_, "was expecting a colon to separate field name and value");
        ++at_;
        if (!skip_space()) return false;
        return !at_end() || end_between_entries();
    }

    void value() {
        has_value_ = true;
        const char c = text_[at_];
        if (c == '{' || c == '[') {
            open_.push_back({.is_object = c == '{', .offset = at_});
            ++at_;
        } else if (c == '"') {
            string(": was expecting closing quote for a string value", "string value");
        } else if (c == '-' || is_digit(c)) {
            number();
        } else if (c == ']' || c == '}') {
            unexpected(at_, "expected a value");
        } else if (is_identifier_start(c)) {
            for (const std::string_view word : {"true", "false", "null"}) {
                if (!text_.substr(at_).starts_with(word)) continue;
                const std::size_t after = at_ + word.size();
                if (after < text_.size() && is_identifier_part(text_[after])) continue;
                at_ = after;
                return;
            }
            invalid_token(at_);
        } else {
            unexpected(at_, "expected a valid value " + std::string(value_kinds));
        }
    }

    bool string(const std::string& end_message, const std::string& context) {
        for (++at_; !at_end(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20) {
                TextPosition after = parser_position(text_, at_);
                ++after.column;
                return fail_at(
                    "Illegal unquoted character (" + shown(static_cast<unsigned char>(c)) +
                        "): has to be escaped using backslash to be included in " + context,
                    at_, after);
            }
            if (c == '\\' && !escape()) return false;
        }
        return unexpected_end(end_message);
    }

    /// From the backslash to the last character of the escape.
    bool escape() {
        if (++at_ >= text_.size()) return unexpected_end(" in character escape sequence");
        const char c = text_[at_];
        if (c != 'u') {
            if (std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) return true;
            const std::size_t from = at_;
            const char32_t wrong = next_code_point(text_, at_);
            return fail("Unrecognized character escape " + shown(wrong), from);
        }
        for (int i = 0; i < 4; ++i) {
            if (++at_ >= text_.size()) return unexpected_end(" in character escape sequence");
            const char digit = text_[at_];
            if (is_digit(digit) || (digit >= 'a' && digit <= 'f') || (digit >= 'A' && digit <= 'F'))
                continue;
            return unexpected(at_, "expected a hex-digit for character escape sequence");
        }
        return true;
    }

    void skip_digits() {
        while (!at_end() && is_digit(text_[at_]))
            ++at_;
    }
    /// At least one digit must come; otherwise the next character, or the last, is blamed.
    bool digits(std::string_view comment) {
        if (at_end()) return unexpected(at_ - 1, comment, " in numeric value");
        if (!is_digit(text_[at_])) return unexpected(at_, comment, " in numeric value");
        skip_digits();
        return true;
    }

    void number() {
        const std::size_t from = at_;
        if (text_[at_] == '-') {
            ++at_;
            if (at_end()) return void(unexpected_end(": no digit following minus sign"));
            if (!is_digit(text_[at_])) {
                unexpected(at_,
                           "expected digit (0-9) to follow minus sign, for valid numeric value",
                           " in numeric value");
                return;
            }
        }
        if (text_[at_] == '0' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
            ++at_; // the parser looks at the next digit without taking it
            fail("Invalid numeric value: Leading zeroes not allowed", from);
            return;
        }
        skip_digits();
        if (!at_end() && text_[at_] == '.') {
            ++at_;
            if (!digits("Decimal point not followed by a digit")) return;
        }
        if (!at_end() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            ++at_;
            if (!at_end() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
            if (!digits("Exponent indicator not followed by a digit")) return;
        }
        const bool is_apart =
            at_end() || std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos;
        if (open_.empty() && !is_apart)
            unexpected(at_, "Expected space separating root-level values");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Container> open_;
    bool has_value_ = false;
    bool is_done_ = false;
    std::optional<JsonFault> fault_;
};

} // namespace

std::optional<JsonFault> find_json_fault(std::string_view text) { return Scanner(text).run(); }

std::string json_source_location(std::string_view text, TextPosition at) {
    std::string out = "[Source: (String)\"";
    std::size_t offset = 0;
    for (std::size_t shown_count = 0; shown_count < source_characters_max && offset < text.size();
         ++shown_count) {
        append_utf8(out, next_code_point(text, offset));
    }
    out += '"';
    if (offset < text.size())
        out += "[truncated " + std::to_string(utf16_size(text.substr(offset))) + " chars]";
    return out + "; line: " + std::to_string(at.line) + ", column: " + std::to_string(at.column) +
           "]";
}

} // namespace gradus
