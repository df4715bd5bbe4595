#pragma once
// Masks for values: of the same type and length, the same for equal values and others for others,
// as far as their length allows.

#include "gradus/value.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace gradus {

class Masks {
public:
    /// The value with all texts and numbers in it masked; true, false and null stay.
    Value of(const Value& value);
    /// The value with what was masked before masked here, too: equal numbers of at least
    /// `number_digits_min` digits, and texts of at least `text_characters_min` characters, also
    /// inside of other texts.
    Value wherever(const Value& value);
    std::string wherever(std::string text);

    std::uint64_t count() const { return count_; }
    /// Texts that were masked and can be told from others, longest first.
    const std::map<std::string, std::string>& texts() const { return texts_; }
    static bool is_telling(std::string_view text);

private:
    std::string mask_of(const std::string& text, bool is_number);

    std::map<std::string, std::string> texts_; // mask by text
    std::map<std::string, std::string> numbers_;
    std::set<std::string> used_; // masks
    std::uint64_t count_ = 0;
};

} // namespace gradus
