#pragma once
// Reads the members of a JSON object that one of our own formats wrote: inputs, history,
// recordings. Strict: a member that is missing, of another kind, or unknown is an error that says
// what was expected, what was found and where. The first error stays; after it, defaults are read.

#include "gradus/json.hpp"
#include "gradus/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

class MemberReader {
public:
    /// Borrows all but the pointer, which is where the object stands in what is read. `error` is
    /// shared by the readers of one text.
    MemberReader(const Value& object, std::string pointer, std::optional<Error>& error);

    bool has(std::string_view name) const { return object_.find(name) != nullptr; }
    /// Any value. A member that is absent, which is an error, reads as null.
    Value value(std::string_view name);
    std::string text(std::string_view name);
    std::uint64_t count(std::string_view name);
    std::int64_t integer(std::string_view name);
    double number(std::string_view name);
    /// Digits as a text: for numbers that other programs would read as doubles.
    std::uint64_t digits(std::string_view name);
    bool boolean(std::string_view name);
    /// An RFC 3339 text, to the millisecond.
    Timestamp time(std::string_view name);
    /// The index of the text among `names`.
    std::size_t one_of(std::string_view name, const std::vector<std::string_view>& names);
    /// The elements of an array of texts.
    std::vector<std::string> texts(std::string_view name);
    /// An object, to be read by its own reader.
    MemberReader object(std::string_view name);
    /// A workflow's data, as append_payload wrote it.
    Value payload(std::string_view name);

    /// What is left out when it is empty or absent.
    std::string text_or_empty(std::string_view name) { return has(name) ? text(name) : ""; }
    std::optional<std::string> optional_text(std::string_view name);
    std::optional<std::uint64_t> optional_count(std::string_view name);

    /// To be called last: members that nobody asked for are errors.
    void finish();
    /// Notes that something else was expected of this member.
    void expected(std::string_view what, std::string_view name);
    std::string place(std::string_view name) const { return pointer_child(pointer_, name); }
    bool has_failed() const { return error_.has_value(); }

private:
    const Value* find(std::string_view name);
    void fail(const std::string& message);

    Value object_;
    std::string pointer_;
    std::optional<Error>& error_;
    std::uint64_t asked_ = 0; // a bit for each of the first 64 members
};

/// Adds a workflow's data. What is nested so deeply that no parser would take it inside another
/// object is added as text, under `name` + "Text".
void append_payload(ObjectBuilder& out, std::string_view name, const Value& payload);
/// A number that may be beyond what a signed integer holds.
Value count_value(std::uint64_t count);
/// The text without bytes that aren't UTF-8, each of which becomes U+FFFD.
std::string valid_utf8(std::string_view text);

} // namespace gradus
