#include "states/query/path/path.hpp"

#include "states/base/base.hpp"
#include "states/query/path/cursor.hpp"
#include "states/query/path/syntax.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gradus::path {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Characters of a variable's name after `$`. Names of exact Unicode classes are checked where
/// variables are assigned; here it is enough to know where a name ends.
bool is_variable_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

Result<Root, SyntaxError> parse_root(Cursor& cursor, std::string& variable_name) {
    if (!cursor.take('$')) return cursor.error("expected a path that starts with '$'");
    if (cursor.take('$')) return Root::context;
    std::size_t begin = cursor.offset;
    while (is_variable_character(cursor.peek()))
        ++cursor.offset;
    if (cursor.offset == begin) return Root::input;
    if (is_digit(cursor.text[begin])) {
        cursor.offset = begin;
        return cursor.error("expected a variable's name, '.' or '[' after '$'");
    }
    variable_name = cursor.text.substr(begin, cursor.offset - begin);
    return Root::variable;
}

Result<std::int64_t, SyntaxError> parse_integer(Cursor& cursor) {
    const char* begin = cursor.text.data() + cursor.offset;
    const char* end = cursor.text.data() + cursor.text.size();
    std::int64_t number = 0;
    auto [after, status] = std::from_chars(begin, end, number);
    if (status != std::errc{}) return cursor.error("expected an array index");
    cursor.offset += static_cast<std::size_t>(after - begin);
    return number;
}

/// `.name`: up to the next step. A backslash takes the following character for itself (States
/// language, "Paths").
Result<Step, SyntaxError> parse_dotted_name(Cursor& cursor, StepsEnd end) {
    std::string name;
    std::size_t begin = cursor.offset;
    for (; !cursor.at_end(); ++cursor.offset) {
        char c = cursor.peek();
        if (c == '.' || c == '[') break;
        if (c == '\\') {
            ++cursor.offset;
            if (cursor.at_end()) return cursor.error("a name ends with an open backslash");
            name += cursor.peek();
            continue;
        }
        bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (end == StepsEnd::anywhere &&
            (is_space || c == ')' || c == '=' || c == '<' || c == '>' || c == '!' || c == '&' ||
             c == '|' || c == ']' || c == ','))
            break;
        if (is_space) return cursor.error("use ['…'] for a name that has blanks");
        if (c == '(' || c == ')') return cursor.error("functions are not supported in paths");
        if (c == ']') return cursor.error("']' without '['");
        if (c == '@' || c == ',' || c == ':' || c == '?' || c == '*')
            cursor.saw_reserved_character = true;
        name += c;
    }
    if (cursor.offset == begin) return cursor.error("expected a name");
    return Step(NameStep{name});
}

Result<Step, SyntaxError> parse_names(Cursor& cursor) {
    NamesStep step;
    do {
        cursor.skip_spaces();
        if (cursor.peek() != '\'' && cursor.peek() != '"')
            return cursor.error("expected a quoted name");
        GRADUS_TRY(std::string name, parse_quoted(cursor));
        step.names.push_back(std::move(name));
        cursor.skip_spaces();
    } while (cursor.take(','));
    if (step.names.size() == 1) return Step(NameStep{step.names.front()});
    return Step(std::move(step));
}

/// `[0]`, `[0,1]`, `[1:2]`, `[:2]`, `[1:]`. Jayway has no steps (`[a:b:c]`) and no bare `[:]`.
Result<Step, SyntaxError> parse_indices(Cursor& cursor) {
    SliceStep slice;
    if (cursor.peek() != ':') {
        GRADUS_TRY(slice.from, parse_integer(cursor));
        cursor.skip_spaces();
    }
    if (cursor.take(':')) {
        cursor.skip_spaces();
        if (cursor.peek() != ']') {
            GRADUS_TRY(slice.to, parse_integer(cursor));
        }
        if (!slice.from && !slice.to) return cursor.error("a slice needs a start or an end");
        return Step(slice);
    }
    IndicesStep step;
    step.indices.push_back(*slice.from);
    while (cursor.take(',')) {
        cursor.skip_spaces();
        GRADUS_TRY(std::int64_t index, parse_integer(cursor));
        step.indices.push_back(index);
        cursor.skip_spaces();
    }
    if (step.indices.size() == 1) return Step(IndexStep{step.indices.front()});
    return Step(std::move(step));
}

/// After "[".
Result<Step, SyntaxError> parse_bracket(Cursor& cursor) {
    cursor.skip_spaces();
    char c = cursor.peek();
    if (c == '?') {
        ++cursor.offset;
        GRADUS_TRY(FilterStep filter, parse_filter(cursor));
        return Step(std::move(filter));
    }
    Step step = WildcardStep{};
    if (c == '\'' || c == '"') {
        GRADUS_TRY(step, parse_names(cursor));
    } else if (c == '-' || c == ':' || is_digit(c)) {
        GRADUS_TRY(step, parse_indices(cursor));
    } else if (!cursor.take('*')) {
        return cursor.error("expected a quoted name, an index, a slice, '*' or a filter");
    }
    cursor.skip_spaces();
    if (!cursor.take(']')) return cursor.error("expected ']'");
    return step;
}

/// After ".": a name or `*`.
Result<Step, SyntaxError> parse_after_dot(Cursor& cursor, StepsEnd end) {
    if (cursor.at_end()) return cursor.error("Path must not end with a '.' or '..'");
    char after = cursor.peek(1);
    bool ends_here = after == '\0' || after == '.' || after == '[' || end == StepsEnd::anywhere;
    if (cursor.peek() == '*' && ends_here) {
        ++cursor.offset;
        return Step(WildcardStep{});
    }
    return parse_dotted_name(cursor, end);
}

bool is_plain(const Steps& steps) {
    return std::all_of(steps.begin(), steps.end(), [](const Step& step) {
        return std::holds_alternative<NameStep>(step) || std::holds_alternative<IndexStep>(step);
    });
}

} // namespace

/// Several names at the end of a path merge into one object, so that they count as definite; in the
/// middle they branch. (Jayway, PropertyPathToken.)
bool are_definite(const Steps& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        if (std::holds_alternative<NameStep>(step) || std::holds_alternative<IndexStep>(step))
            continue;
        if (std::holds_alternative<NamesStep>(step) && i + 1 == steps.size()) continue;
        return false;
    }
    return true;
}

Result<std::string, SyntaxError> parse_quoted(Cursor& cursor) {
    std::size_t begin = cursor.offset;
    char quote = cursor.peek();
    ++cursor.offset;
    std::string name;
    while (!cursor.at_end() && cursor.peek() != quote) {
        char c = cursor.peek();
        ++cursor.offset;
        if (c != '\\') {
            name += c;
            continue;
        }
        if (cursor.at_end()) break;
        char escaped = cursor.peek();
        ++cursor.offset;
        switch (escaped) {
        case 'n': name += '\n'; break;
        case 't': name += '\t'; break;
        case 'r': name += '\r'; break;
        case 'b': name += '\b'; break;
        case 'f': name += '\f'; break;
        case 'u': {
            unsigned unit = 0;
            std::string_view digits = cursor.text.substr(cursor.offset, 4);
            auto [after, status] =
                std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
            if (digits.size() != 4 || status != std::errc{} || after != digits.data() + 4)
                return cursor.error("expected four hexadecimal digits after \\u");
            if (unit >= 0xd800 && unit <= 0xdfff)
                return cursor.error("\\u can't name half of a surrogate pair");
            cursor.offset += 4;
            append_utf8(name, unit);
            break;
        }
        default: name += escaped;
        }
    }
    if (!cursor.take(quote)) {
        cursor.offset = begin;
        return cursor.error("a quoted text has no end");
    }
    return {boost::system::in_place_value, std::move(name)};
}

Result<Steps, SyntaxError> parse_steps(Cursor& cursor, StepsEnd end) {
    Steps steps;
    while (!cursor.at_end()) {
        if (cursor.take("..")) {
            steps.push_back(DescentStep{});
            if (cursor.take('[')) {
                GRADUS_TRY(Step step, parse_bracket(cursor));
                steps.push_back(std::move(step));
            } else {
                GRADUS_TRY(Step step, parse_after_dot(cursor, end));
                steps.push_back(std::move(step));
            }
        } else if (cursor.take('.')) {
            GRADUS_TRY(Step step, parse_after_dot(cursor, end));
            steps.push_back(std::move(step));
        } else if (cursor.take('[')) {
            GRADUS_TRY(Step step, parse_bracket(cursor));
            steps.push_back(std::move(step));
        } else if (end == StepsEnd::anywhere) {
            break;
        } else {
            return cursor.error("expected '.' or '['");
        }
    }
    return steps;
}

Result<Path, SyntaxError> parse(std::string_view text) {
    Cursor cursor{text};
    if (text.size() > text_bytes_max)
        return cursor.error("a path may have at most " + std::to_string(text_bytes_max) + " bytes");
    auto syntax = std::make_shared<Syntax>();
    syntax->text = text;
    GRADUS_TRY(syntax->root, parse_root(cursor, syntax->variable_name));
    GRADUS_TRY(syntax->steps, parse_steps(cursor, StepsEnd::at_end_of_text));
    syntax->is_plain = is_plain(syntax->steps);
    syntax->is_definite = are_definite(syntax->steps);
    syntax->is_reference = syntax->is_plain && !cursor.saw_reserved_character;
    return Path(std::move(syntax));
}

const std::string& Path::text() const { return syntax_->text; }
Root Path::root() const { return syntax_->root; }
std::string_view Path::variable_name() const { return syntax_->variable_name; }
bool Path::is_root() const { return syntax_->steps.empty(); }
bool Path::is_reference() const { return syntax_->is_reference; }
bool Path::is_definite() const { return syntax_->is_definite; }

std::vector<std::string> Path::variables_referenced() const {
    if (syntax_->root != Root::variable) return {};
    return {syntax_->variable_name};
}

} // namespace gradus::path
