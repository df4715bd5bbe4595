#pragma once
// Numbers to text by a picture and back: $formatNumber after XPath 3.1 fn:format-number, and
// $formatInteger, $parseInteger after fn:format-integer. Dates use the integers, too.

#include "states/query/jsonata/jsonata.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::jsonata {

/// $round: to so many decimal places, halves to the even neighbour.
double rounded_half_even(double number, int places);

/// `options` is an object that may rename the characters of the picture, or null.
Result<std::string, Error> format_number(double number, std::string_view picture,
                                         const Value& options);
Result<std::string, Error> format_integer(double number, std::string_view picture);
/// Nothing when the text doesn't fit the picture.
Result<std::optional<double>, Error> parse_integer(std::string_view text, std::string_view picture);

// --- integer pictures, for dates ----------------------------------------------------------------

enum class IntegerStyle { decimal, letters, roman, words, sequence };
enum class PictureCase { lower, upper, title };

struct IntegerPicture {
    IntegerStyle style = IntegerStyle::decimal;
    PictureCase letter_case = PictureCase::lower;
    bool ordinal = false;
    char32_t zero = U'0';
    std::size_t mandatory_digits = 0;
    std::size_t optional_digits = 0;
    struct Separator {
        std::size_t position = 0; // digits to its right
        std::string text;
    };
    std::vector<Separator> separators;
    std::size_t regular_separator = 0; // separators each so many digits, 0 when they aren't regular
    std::string token;                 // of a sequence that isn't supported
    std::size_t parse_width = 0;       // digits to read at most, 0 for any number
};

Result<IntegerPicture, Error> analyse_integer_picture(std::string_view picture);
Result<std::string, Error> format_integer(double number, const IntegerPicture& picture);
/// A regular expression for what the picture describes.
std::string integer_pattern(const IntegerPicture& picture);
double integer_of_text(std::string_view text, const IntegerPicture& picture);

} // namespace gradus::jsonata
