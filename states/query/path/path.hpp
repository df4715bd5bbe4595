#pragma once
// JSONPath as Step Functions reads it: the dialect of Jayway JsonPath without functions and word
// operators, with two further roots, `$$` (the context object) and `$name` (a variable). A path is
// parsed once; a definite one is a row of names and indices that evaluation walks without
// allocating. Reference paths, the subset that ResultPath writes through, are in the same type.

#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/query/scope.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::path {

/// Longest text of a path in bytes, and deepest nesting of filters and their parentheses. Ours.
inline constexpr std::size_t text_bytes_max = 10'000;
inline constexpr std::size_t filter_depth_max = 50;
/// Nodes that one evaluation of an indefinite path may visit. Ours.
inline constexpr std::size_t visits_max = 2'000'000;

/// A text that isn't a path. `offset` counts bytes from the start.
struct SyntaxError {
    std::string message;
    std::size_t offset = 0;

    friend bool operator==(const SyntaxError&, const SyntaxError&) = default;
};

enum class PathFault {
    not_found,  // nothing at a definite path
    no_match,   // ResultPath can't be applied to this document (States.ResultPathMatchFailure)
    over_limit, // visits_max
};

/// Why a path gave nothing. The message is Jayway's, as AWS passes it on:
/// "No results for path: $['x']", "Missing property in path $['x']".
struct PathError {
    PathFault fault = PathFault::not_found;
    std::string message;

    friend bool operator==(const PathError&, const PathError&) = default;
};

enum class Root : std::uint8_t { input, context, variable };

struct Syntax; // the parsed steps

/// A parsed path: immutable, as cheap to copy as a pointer.
class Path {
public:
    /// The text it was parsed from.
    const std::string& text() const;
    Root root() const;
    /// The name after `$`, when the root is a variable; empty otherwise.
    std::string_view variable_name() const;
    /// True for `$`, `$$` and `$name` with nothing behind.
    bool is_root() const;
    /// Names and single indices only (States language, "Reference Paths"), and no `$` alone
    /// excluded.
    bool is_reference() const;
    /// Gives one value, not an array of matches.
    bool is_definite() const;
    /// The variable of its root and of the paths inside its filters, without repetition.
    std::vector<std::string> variables_referenced() const;

    const Syntax& syntax() const { return *syntax_; }

private:
    friend Result<Path, SyntaxError> parse(std::string_view text);
    explicit Path(std::shared_ptr<const Syntax> syntax) : syntax_(std::move(syntax)) {}

    std::shared_ptr<const Syntax> syntax_;
};

/// Parses one path with nothing around it.
Result<Path, SyntaxError> parse(std::string_view text);

/// The value at a definite path, or the array of all matches of an indefinite one (possibly empty).
Result<Value, PathError> evaluate(const Path& path, const Scope& scope);
/// The same on a given document, whatever the path's root is.
Result<Value, PathError> evaluate_on(const Path& path, const Value& document);

/// The value at a path without copying it: null when there is none. An indefinite path puts its
/// matches into `storage`, which must outlive the use of the result.
const Value* find(const Path& path, const Scope& scope, Value& storage);

/// `document` with the node at a reference path replaced or created (ResultPath). Missing objects
/// on the way are created; an index must name an existing element.
Result<Value, PathError> set(const Path& reference, const Value& document, Value value);

/// Whether replace_matches takes a path: it begins at `$`, and has no filters and slices.
bool can_replace(const Path& path);
/// `document` with every node that the path matches replaced; one that lies in another, after it.
using Replace = std::function<Value(const Value& node)>;
Value replace_matches(const Path& path, const Value& document, const Replace& replace);

/// What a path searches: the input, the context object or the variable's value. Null when the scope
/// has no such thing.
const Value* document_of(const Path& path, const Scope& scope);

/// Words recorded from AWS for InputPath, OutputPath and the numeric …Path fields:
/// "Invalid path '$.X' : No results for path: $['X']".
std::string invalid_path_message(const Path& path, const PathError& error);
/// Words recorded from AWS for payload templates, ErrorPath and CausePath: "The JSONPath '$.X'
/// specified for the field 'KEY.$' could not be found in the input 'JSON'".
std::string field_not_found_message(const Path& path, std::string_view field, const Scope& scope);

[[noreturn]] inline void throw_exception_from_error(const SyntaxError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}
[[noreturn]] inline void throw_exception_from_error(const PathError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus::path
