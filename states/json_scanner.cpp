#include "states/json_scanner.hpp"

#include "gradus/json.hpp"

namespace gradus {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_scalar(char c) { return is_space(c) || c == ',' || c == ']' || c == '}' || c == ':'; }

} // namespace

void JsonScanner::skip_space() {
    while (position_ < text_.size() && is_space(text_[position_]))
        ++position_;
}

void JsonScanner::skip_separator() {
    skip_space();
    if (position_ < text_.size() && text_[position_] == ',') ++position_;
    skip_space();
}

Scan JsonScanner::enter() {
    // A byte order mark at the begin is no part of the document.
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (position_ == 0 && text_.starts_with(mark)) position_ = mark.size();
    if (position_ == 0 && text_.size() < mark.size() && mark.starts_with(text_)) return Scan::more;
    skip_space();
    if (position_ == text_.size()) return Scan::more;
    const char c = text_[position_];
    if (c != '[' && c != '{') return Scan::invalid;
    is_in_object_ = c == '{';
    ++position_;
    return Scan::done;
}

Scan JsonScanner::enter_child(std::string_view name) {
    if (const Scan scan = enter(); scan != Scan::done) return scan;
    for (std::size_t number = 0;; ++number) {
        skip_separator();
        if (position_ == text_.size()) return Scan::more;
        if (text_[position_] == (is_in_object_ ? '}' : ']')) return Scan::end;
        std::size_t at = position_;
        if (!is_in_object_) {
            if (std::to_string(number) == name) return Scan::done;
        } else {
            if (const Scan scan = skip_string(at); scan != Scan::done) return scan;
            const auto key = parse_json(text_.substr(position_, at - position_));
            position_ = at;
            skip_space();
            if (position_ == text_.size()) return Scan::more;
            if (text_[position_] != ':') return Scan::invalid;
            ++position_;
            skip_space();
            if (key && key->is_string() && key->as_string() == name) return Scan::done;
            at = position_;
        }
        if (const Scan scan = skip_value(at); scan != Scan::done) return scan;
        position_ = at;
    }
}

Scan JsonScanner::next_element(std::string_view& element) {
    skip_separator();
    if (position_ == text_.size()) return Scan::more;
    if (text_[position_] == ']') return Scan::end;
    std::size_t at = position_;
    if (const Scan scan = skip_value(at); scan != Scan::done) return scan;
    element = text_.substr(position_, at - position_);
    position_ = at;
    return Scan::done;
}

Scan JsonScanner::next_member(std::string_view& name, std::string_view& value) {
    skip_separator();
    if (position_ == text_.size()) return Scan::more;
    if (text_[position_] == '}') return Scan::end;
    std::size_t at = position_;
    if (const Scan scan = skip_string(at); scan != Scan::done) return scan;
    name = text_.substr(position_, at - position_);
    while (at < text_.size() && is_space(text_[at]))
        ++at;
    if (at == text_.size()) return Scan::more;
    if (text_[at] != ':') return Scan::invalid;
    ++at;
    while (at < text_.size() && is_space(text_[at]))
        ++at;
    const std::size_t begin = at;
    if (const Scan scan = skip_value(at); scan != Scan::done) return scan;
    value = text_.substr(begin, at - begin);
    position_ = at;
    return Scan::done;
}

Scan JsonScanner::skip_string(std::size_t& at) const {
    if (at == text_.size()) return Scan::more;
    if (text_[at] != '"') return Scan::invalid;
    for (++at; at < text_.size(); ++at) {
        if (text_[at] == '\\') {
            ++at;
        } else if (text_[at] == '"') {
            ++at;
            return Scan::done;
        }
    }
    return Scan::more;
}

/// Behind the value that begins here. A scalar is whole only when something follows it.
Scan JsonScanner::skip_value(std::size_t& at) const {
    std::size_t depth = 0;
    while (at < text_.size()) {
        const char c = text_[at];
        if (c == '"') {
            if (const Scan scan = skip_string(at); scan != Scan::done) return scan;
            if (depth == 0) return Scan::done;
        } else if (c == '[' || c == '{') {
            ++depth;
            ++at;
        } else if (c == ']' || c == '}') {
            if (depth == 0) return Scan::invalid;
            ++at;
            if (--depth == 0) return Scan::done;
        } else if (depth > 0) {
            ++at;
        } else {
            const std::size_t begin = at;
            while (at < text_.size() && !ends_scalar(text_[at]))
                ++at;
            if (at == text_.size()) return Scan::more;
            return at == begin ? Scan::invalid : Scan::done;
        }
    }
    return Scan::more;
}

} // namespace gradus
