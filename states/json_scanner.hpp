#pragma once
// Finds the elements of one JSON array or object in a text that may end anywhere, without making
// values: only brackets, quotes and commas are looked at. What lies between is checked by whoever
// parses it.

#include <cstddef>
#include <string_view>

namespace gradus {

enum class Scan {
    done,    // found
    end,     // the array or object is over; or there is no such child
    more,    // the text ends first
    invalid, // no JSON, or neither array nor object
};

class JsonScanner {
public:
    /// Borrows the text. Inside an array or object it begins at, or behind, an element.
    explicit JsonScanner(std::string_view text) : text_(text) {}

    /// Steps into the array or object that begins here.
    Scan enter();
    /// Steps into the array or object that begins here and on to a member or element of it.
    Scan enter_child(std::string_view name);
    bool is_in_object() const { return is_in_object_; }

    /// The text of the next element. `done` moves behind it.
    Scan next_element(std::string_view& element);
    /// The next member: its name with quotes, and its value.
    Scan next_member(std::string_view& name, std::string_view& value);
    std::size_t position() const { return position_; }

private:
    void skip_space();
    void skip_separator();
    Scan skip_value(std::size_t& at) const;
    Scan skip_string(std::size_t& at) const;

    std::string_view text_;
    std::size_t position_ = 0;
    bool is_in_object_ = false;
};

} // namespace gradus
