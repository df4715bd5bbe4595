#pragma once
// Small operations on UTF-8 text that several functions need; positions are in characters.

#include <cstddef>
#include <string>
#include <string_view>

namespace gradus::jsonata {

enum class LetterCase { upper, lower };
/// By Unicode's simple mapping; ß becomes SS.
std::string change_case(std::string_view text, LetterCase to);

/// The byte at which character number `index` begins; the end when there are fewer.
std::size_t byte_of_character(std::string_view text, std::size_t index);

/// text.slice(from, to) of JavaScript over characters: fractions cut off, negatives from the end.
std::string_view slice_characters(std::string_view text, double from, double to);

/// A number as $string prints it: rounded to 15 significant digits, then in its shortest form.
std::string rounded_number_text(double number);

} // namespace gradus::jsonata
