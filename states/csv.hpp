#pragma once
// Rows of comma-separated values, RFC 4180: quoted cells may hold delimiters, line ends and doubled
// quotes. Lines without anything are passed over.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

class CsvReader {
public:
    /// Borrows the text, which begins at a row. `is_last`: it reaches the end of the document.
    CsvReader(std::string_view text, char delimiter, bool is_last)
        : text_(text), delimiter_(delimiter), is_last_(is_last) {}

    /// The next row that lies in the text as a whole.
    std::optional<std::vector<std::string>> next_row();
    /// Bytes of the rows that were read.
    std::size_t position() const { return position_; }

private:
    std::string_view text_;
    char delimiter_;
    bool is_last_;
    std::size_t position_ = 0;
};

} // namespace gradus
