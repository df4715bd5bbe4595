#include "aws/paging/path_lexer.hpp"

#include "gradus/json.hpp"

#include <charconv>

namespace gradus::aws {

namespace {

using Token = PathToken;
using TokenKind = PathTokenKind;

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (true) {
            while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
                ++at_;
            GRADUS_TRY(Token token, next());
            const bool is_end = token.kind == TokenKind::end;
            tokens.push_back(std::move(token));
            if (is_end) return tokens;
        }
    }

private:
    Result<Token> next() {
        Token token;
        token.at = at_;
        if (at_ == text_.size()) return token;
        const char c = text_[at_];
        if (is_name_start(c)) {
            token.kind = TokenKind::name;
            while (at_ < text_.size() && (is_name_start(text_[at_]) || is_digit(text_[at_])))
                token.text += text_[at_++];
            return token;
        }
        if (is_digit(c) || c == '-') return number(std::move(token));
        if (c == '`' || c == '\'' || c == '"') return quoted(std::move(token), c);
        // The longest sign that fits.
        static constexpr std::string_view signs[] = {
            "[?", "[]", "||", "&&", "==", "!=", "<=", ">=", "[", "]",
            "(",  ")",  ".",  ",",  "<",  ">",  "!",  "@",  "*"};
        for (const std::string_view sign : signs) {
            if (!text_.substr(at_).starts_with(sign)) continue;
            token.kind = TokenKind::sign;
            token.text = sign;
            at_ += sign.size();
            return token;
        }
        return path_fault("unexpected '" + std::string(1, c) + "'", at_);
    }

    Result<Token> number(Token token) {
        std::int64_t number = 0;
        const auto [end, bad] =
            std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
        if (bad != std::errc()) return path_fault("expected a number", at_);
        at_ = static_cast<std::size_t>(end - text_.data());
        token.kind = TokenKind::number;
        token.value = number;
        return token;
    }

    // `JSON`, 'text' or "name".
    Result<Token> quoted(Token token, char quote) {
        std::string inside;
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                // Inside of JSON a backslash is JSON's own, but for one before the quote.
                if (text_[at_ + 1] != quote || quote == '"') inside += '\\';
                ++at_;
            }
            inside += text_[at_];
        }
        if (at_ == text_.size()) return path_fault("a quote isn't closed", token.at);
        ++at_;
        if (quote == '\'') {
            token.kind = TokenKind::literal;
            token.value = inside;
            return token;
        }
        const Result<Value, JsonError> parsed =
            parse_json(quote == '"' ? '"' + inside + '"' : inside);
        if (!parsed) return path_fault("expected JSON in quotes", token.at);
        token.kind = quote == '"' ? TokenKind::name : TokenKind::literal;
        token.value = *parsed;
        if (quote == '"') token.text = parsed->as_string();
        return token;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

Result<std::vector<PathToken>> path_tokens(std::string_view text) { return Lexer(text).run(); }

Error path_fault(std::string what, std::size_t at) {
    return {ErrorCode::syntax, std::move(what) + " at byte " + std::to_string(at)};
}

} // namespace gradus::aws
