#pragma once
// The reading head of the path parser, shared by parse.cpp and parse_filter.cpp.

#include "gradus/result.hpp"
#include "states/query/path/syntax.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace gradus::path {

struct Cursor {
    std::string_view text;
    std::size_t offset = 0;
    std::size_t depth = 0; // of filters and of parentheses inside them
    // Something was read that a reference path may not hold, though it reads as plain steps.
    bool saw_reserved_character = false;

    bool at_end() const { return offset >= text.size(); }
    /// The character at the head, or 0 at the end.
    char peek(std::size_t ahead = 0) const {
        return offset + ahead < text.size() ? text[offset + ahead] : '\0';
    }
    bool take(char expected) {
        if (at_end() || text[offset] != expected) return false;
        ++offset;
        return true;
    }
    bool take(std::string_view expected) {
        if (!text.substr(offset).starts_with(expected)) return false;
        offset += expected.size();
        return true;
    }
    void skip_spaces() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
            ++offset;
    }
    SyntaxError error(std::string message) const { return {std::move(message), offset}; }
};

/// Where a row of steps ends.
enum class StepsEnd {
    at_end_of_text, // a whole path
    anywhere,       // an `@` path inside a filter: at the first character that can't go on
};

Result<Steps, SyntaxError> parse_steps(Cursor& cursor, StepsEnd end);
/// After "[?": the condition and its closing bracket.
Result<FilterStep, SyntaxError> parse_filter(Cursor& cursor);
/// A quoted text with its escapes undone; the head stands on the opening quote.
Result<std::string, SyntaxError> parse_quoted(Cursor& cursor);
bool are_definite(const Steps& steps);

} // namespace gradus::path
