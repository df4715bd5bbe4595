#pragma once
// JSON text to Value and back. Strict RFC 8259, checked UTF-8, depth limited by
// limits::json_depth_max. A name that occurs twice in an object keeps its last value.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A fault in a JSON text. `offset` counts bytes from the start.
struct JsonError {
    std::string message;
    std::size_t offset = 0;

    friend bool operator==(const JsonError&, const JsonError&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const JsonError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

/// Parses one JSON text with nothing but white space around it.
Result<Value, JsonError> parse_json(std::string_view text);

/// The same, and the JSON pointers of all members whose name occurred before in the same object.
struct ParsedJson {
    Value value;
    std::vector<std::string> repeated_members;
};
Result<ParsedJson, JsonError> parse_json_strictly(std::string_view text);

/// Compact text: no white space, members in their order, decimals as they were written, reals in
/// the shortest form that reads back the same.
std::string to_json(const Value& value);
void append_json(std::string& out, const Value& value);
/// The same with line ends and two spaces a level; for people.
std::string to_pretty_json(const Value& value);
/// Appends a string with quotes and escapes.
void append_json_string(std::string& out, std::string_view text);
/// The text of a double as JSON prints it: 3, 0.5, 1e+21. The double must be finite.
std::string number_text(double number);
/// Whether both print as the same text: stricter than ==, which looks past the spelling of numbers
/// and the order of members.
bool is_same_text(const Value& a, const Value& b);
/// Bytes of the compact text, without making it; stops counting once `enough` is passed. What was
/// counted once is remembered with the data, so that asking again costs nothing.
std::size_t json_size(const Value& value, std::size_t enough = static_cast<std::size_t>(-1));

/// RFC 6901. find_pointer gives null when nothing is there.
const Value* find_pointer(const Value& root, std::string_view pointer);
std::string pointer_child(std::string_view parent, std::string_view name);
std::string pointer_child(std::string_view parent, std::size_t index);

/// Where in a text the value of a JSON pointer begins (line and column from 1, column in bytes).
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;

    friend bool operator==(const TextPosition&, const TextPosition&) = default;
};
/// The place of the value that `pointer` names, or of its nearest ancestor that exists.
TextPosition locate(std::string_view text, std::string_view pointer);
TextPosition position_of(std::string_view text, std::size_t offset);

/// Why a text is no JSON, in the words of the parser that AWS's API answers with.
struct JsonFault {
    std::string message;
    std::size_t offset = 0; // of what is wrong, for people
    TextPosition stopped;   // where that parser says it is, columns counted in UTF-16 units
};
/// Nothing when that parser would take the text.
std::optional<JsonFault> find_json_fault(std::string_view text);
/// The place as that parser prints it, with at most 500 characters of the text:
/// [Source: (String)"…"; line: 1, column: 4]
std::string json_source_location(std::string_view text, TextPosition at);

} // namespace gradus
