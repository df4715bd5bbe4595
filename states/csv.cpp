#include "states/csv.hpp"

namespace gradus {

std::optional<std::vector<std::string>> CsvReader::next_row() {
    while (position_ < text_.size() && (text_[position_] == '\n' || text_[position_] == '\r'))
        ++position_;
    std::vector<std::string> cells;
    std::string cell;
    bool is_quoted = false;
    for (std::size_t i = position_; i < text_.size(); ++i) {
        const char c = text_[i];
        if (is_quoted) {
            if (c != '"') {
                cell += c;
                continue;
            }
            if (i + 1 == text_.size() && !is_last_) return std::nullopt; // perhaps a doubled quote
            if (i + 1 < text_.size() && text_[i + 1] == '"') {
                cell += '"';
                ++i;
            } else {
                is_quoted = false;
            }
        } else if (c == '"' && cell.empty()) {
            is_quoted = true;
        } else if (c == delimiter_) {
            cells.push_back(std::move(cell));
            cell.clear();
        } else if (c == '\n' || c == '\r') {
            cells.push_back(std::move(cell));
            position_ = i + 1; // the other half of \r\n is passed over with the next row
            return cells;
        } else {
            cell += c;
        }
    }
    if (!is_last_ || position_ == text_.size()) return std::nullopt;
    cells.push_back(std::move(cell));
    position_ = text_.size();
    return cells;
}

} // namespace gradus
