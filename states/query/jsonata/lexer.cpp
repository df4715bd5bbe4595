#include "states/query/jsonata/lexer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace gradus::jsonata {

namespace {

constexpr std::array<std::string_view, 10> long_operators = {
    "..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??", ""};
constexpr std::string_view single_operators = ".[]{}(),@#;:?+-*/%|=<>^&!~";
constexpr std::string_view space = " \t\n\r\v";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

Token Lexer::make(TokenKind kind, std::string text) const {
    Token token;
    token.kind = kind;
    token.text = std::move(text);
    token.position = position_;
    return token;
}

bool Lexer::skip_space(Error& error) {
    while (position_ < text_.size()) {
        if (space.find(text_[position_]) != std::string_view::npos) {
            ++position_;
            continue;
        }
        if (text_.substr(position_, 2) != "/*") return true;
        const std::size_t start = position_;
        const std::size_t end = text_.find("*/", position_ + 2);
        if (end == std::string_view::npos) {
            error = make_error("S0106", start);
            return false;
        }
        position_ = end + 2;
    }
    return true;
}

Result<Token, Error> Lexer::next(Expecting expecting) {
    Error error;
    if (!skip_space(error)) return error;
    if (position_ >= text_.size()) return make(TokenKind::end, "(end)");
    const char c = text_[position_];
    if (expecting == Expecting::operand && c == '/') {
        ++position_;
        return regex();
    }
    for (const std::string_view op : long_operators) {
        if (!op.empty() && text_.substr(position_, 2) == op) {
            position_ += 2;
            return make(TokenKind::op, std::string(op));
        }
    }
    if (single_operators.find(c) != std::string_view::npos) {
        ++position_;
        return make(TokenKind::op, std::string(1, c));
    }
    if (c == '"' || c == '\'') {
        ++position_;
        return string_literal(c);
    }
    if (is_digit(c)) return number();
    if (c == '`') return quoted_name();
    return word();
}

Result<Token, Error> Lexer::string_literal(char quote) {
    std::string out;
    while (position_ < text_.size()) {
        const char c = text_[position_];
        if (c == '\\') {
            ++position_;
            Error error;
            if (!escape(out, error)) return error;
        } else if (c == quote) {
            ++position_;
            return make(TokenKind::string, std::move(out));
        } else {
            out.push_back(c);
            ++position_;
        }
    }
    return make_error("S0101", position_);
}

bool Lexer::escape(std::string& out, Error& error) {
    const char c = position_ < text_.size() ? text_[position_] : '\0';
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t found = letters.find(c); c != '\0' && found != std::string_view::npos) {
        out.push_back(meanings[found]);
        ++position_;
        return true;
    }
    if (c != 'u') {
        error =
            make_error("S0103", position_,
                       position_ < text_.size() ? text_.substr(position_, 1) : std::string_view());
        return false;
    }
    const auto unit_at = [&](std::size_t start) {
        int unit = 0;
        for (std::size_t i = start; i < start + 4; ++i) {
            const int digit = i < text_.size() ? hex_digit(text_[i]) : -1;
            if (digit < 0) return -1;
            unit = unit * 16 + digit;
        }
        return unit;
    };
    int code = unit_at(position_ + 1);
    if (code < 0) {
        error = make_error("S0104", position_);
        return false;
    }
    position_ += 5;
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(position_, 2) == "\\u") {
        const int low = unit_at(position_ + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00);
            position_ += 6;
        }
    }
    // A lone surrogate has no UTF-8 form.
    append_utf8(out, code >= 0xd800 && code < 0xe000 ? U'\uFFFD' : static_cast<char32_t>(code));
    return true;
}

Result<Token, Error> Lexer::regex() {
    const std::size_t start = position_;
    int depth = 0;
    while (position_ < text_.size()) {
        const char c = text_[position_];
        const bool escaped = text_[position_ - 1] == '\\' && text_[position_ - 2] != '\\';
        if (c == '/' && !escaped && depth == 0) {
            std::string pattern(text_.substr(start, position_ - start));
            if (pattern.empty()) return make_error("S0301", position_);
            ++position_;
            Token token = make(TokenKind::regex, std::move(pattern));
            while (position_ < text_.size() &&
                   (text_[position_] == 'i' || text_[position_] == 'm')) {
                (text_[position_] == 'i' ? token.ignore_case : token.multiline) = true;
                ++position_;
            }
            token.position = position_;
            return token;
        }
        if (!escaped && (c == '(' || c == '[' || c == '{')) ++depth;
        if (!escaped && (c == ')' || c == ']' || c == '}')) --depth;
        ++position_;
    }
    return make_error("S0302", position_);
}

Result<Token, Error> Lexer::number() {
    const std::size_t start = position_;
    std::size_t at = start;
    const auto digits = [&](std::size_t from) {
        while (from < text_.size() && is_digit(text_[from]))
            ++from;
        return from;
    };
    at = text_[at] == '0' ? at + 1 : digits(at);
    if (at + 1 < text_.size() && text_[at] == '.' && is_digit(text_[at + 1])) at = digits(at + 1);
    if (at < text_.size() && (text_[at] == 'e' || text_[at] == 'E')) {
        std::size_t exponent = at + 1;
        if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-'))
            ++exponent;
        if (exponent < text_.size() && is_digit(text_[exponent])) at = digits(exponent);
    }
    const std::string_view digits_text = text_.substr(start, at - start);
    double number = 0;
    const auto read =
        std::from_chars(digits_text.data(), digits_text.data() + digits_text.size(), number);
    const bool overflow =
        read.ec == std::errc::result_out_of_range && Value::number(digits_text).as_double() > 1;
    position_ = at;
    if (overflow) return make_error("S0102", position_, digits_text);
    Token token = make(TokenKind::number, std::string(digits_text));
    const bool exact = number >= -9007199254740992.0 && number <= 9007199254740992.0 &&
                       number == std::floor(number);
    token.value = exact ? Value(static_cast<std::int64_t>(number)) : Value(number);
    return token;
}

Result<Token, Error> Lexer::quoted_name() {
    const std::size_t end = text_.find('`', position_ + 1);
    if (end == std::string_view::npos) {
        position_ = text_.size();
        return make_error("S0105", position_);
    }
    std::string name(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return make(TokenKind::name, std::move(name));
}

Token Lexer::word() {
    const std::size_t start = position_;
    while (position_ < text_.size() && space.find(text_[position_]) == std::string_view::npos &&
           single_operators.find(text_[position_]) == std::string_view::npos)
        ++position_;
    std::string name(text_.substr(start, position_ - start));
    if (name.front() == '$') return make(TokenKind::variable, name.substr(1));
    if (name == "and" || name == "or" || name == "in") return make(TokenKind::op, std::move(name));
    if (name == "true" || name == "false" || name == "null") {
        Token token = make(TokenKind::literal, name);
        token.value = name == "null" ? Value() : Value(name == "true");
        return token;
    }
    return make(TokenKind::name, std::move(name));
}

} // namespace gradus::jsonata
