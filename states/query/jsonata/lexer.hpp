#pragma once
// Text to tokens, one at a time, because `/` is a division after an operand and opens a regular
// expression elsewhere.

#include "states/query/jsonata/jsonata.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gradus::jsonata {

enum class TokenKind : std::uint8_t {
    end,
    op,
    number,
    string,
    literal,
    name,
    variable,
    regex,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::size_t position = 0; // where it ends
    std::string text;         // operator, name, string, pattern
    Value value;              // number, literal
    bool ignore_case = false;
    bool multiline = false;

    bool is_op(std::string_view op) const { return kind == TokenKind::op && text == op; }
};

enum class Expecting : std::uint8_t { operand, infix };

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}
    Result<Token, Error> next(Expecting expecting);

private:
    Result<Token, Error> string_literal(char quote);
    Result<Token, Error> regex();
    Result<Token, Error> number();
    Result<Token, Error> quoted_name();
    Token word();
    Token make(TokenKind kind, std::string text) const;
    bool escape(std::string& out, Error& error);
    bool skip_space(Error& error);

    std::string_view text_;
    std::size_t position_ = 0;
};

/// An error with its message.
Error make_error(std::string_view code, std::size_t position, std::string_view token = {},
                 Value value = {}, const Value& other = {});

} // namespace gradus::jsonata
