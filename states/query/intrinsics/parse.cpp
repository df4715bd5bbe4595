#include "states/query/intrinsics/call.hpp"

#include "gradus/json.hpp"

#include <utility>

namespace gradus::intrinsics {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Parser {
    std::string_view text;
    std::size_t offset = 0;

    char peek() const { return offset < text.size() ? text[offset] : '\0'; }
    void skip_spaces() {
        while (is_space(peek()))
            ++offset;
    }
    bool take(char expected) {
        if (offset >= text.size() || text[offset] != expected) return false;
        ++offset;
        return true;
    }
    SyntaxError error(std::string message) const { return {std::move(message), offset}; }

    Result<std::shared_ptr<const CallNode>, SyntaxError> parse_call(std::size_t depth);
    Result<Argument, SyntaxError> parse_argument(const CallNode& node, std::size_t depth);
    Result<Value, SyntaxError> parse_string(const CallNode& node);
    Result<Argument, SyntaxError> parse_path();
    Result<Argument, SyntaxError> parse_word();
};

std::string arity_text(const Function& function, std::size_t found) {
    std::string expected = std::to_string(function.arguments_min);
    if (function.arguments_max == any_number)
        expected = "at least " + expected;
    else if (function.arguments_max != function.arguments_min)
        expected += " or " + std::to_string(function.arguments_max);
    return std::string(function.name) + " takes " + expected + " arguments, found " +
           std::to_string(found);
}

Result<std::shared_ptr<const CallNode>, SyntaxError> Parser::parse_call(std::size_t depth) {
    if (depth > nesting_max)
        return error("calls may nest " + std::to_string(nesting_max) + " levels deep at most");
    std::size_t begin = offset;
    std::size_t end = text.find_first_of("( \t\r\n,)'", offset);
    std::string_view name = text.substr(offset, end - offset);
    auto node = std::make_shared<CallNode>();
    node->function = find_function(name);
    if (node->function == nullptr) {
        const std::string_view meant = closest_function(name);
        return error("there is no intrinsic function '" + std::string(name) + "'" +
                     (meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?"));
    }
    offset += name.size();
    skip_spaces();
    if (!take('(')) return error("expected '(' after " + std::string(name));
    skip_spaces();
    if (!take(')')) {
        do {
            skip_spaces();
            GRADUS_TRY(Argument argument, parse_argument(*node, depth));
            node->arguments.push_back(std::move(argument));
            skip_spaces();
        } while (take(','));
        if (!take(')')) return error("expected ',' or ')'");
    }
    std::size_t count = node->arguments.size();
    if (count < node->function->arguments_min || count > node->function->arguments_max)
        return error(arity_text(*node->function, count));
    node->text = text.substr(begin, offset - begin);
    return std::shared_ptr<const CallNode>(std::move(node));
}

Result<Argument, SyntaxError> Parser::parse_argument(const CallNode& node, std::size_t depth) {
    if (peek() == '\'') {
        GRADUS_TRY(Value literal, parse_string(node));
        return Argument{std::move(literal)};
    }
    if (peek() == '$') return parse_path();
    if (looks_like_call(text.substr(offset))) {
        GRADUS_TRY(auto call, parse_call(depth + 1));
        return Argument{std::move(call)};
    }
    return parse_word();
}

/// A backslash takes the following character for itself. The template of States.Format keeps its
/// backslashes: format() needs to tell "\{" from "{".
Result<Value, SyntaxError> Parser::parse_string(const CallNode& node) {
    bool is_template = node.arguments.empty() && node.function->call == &format;
    std::string value;
    for (++offset; offset < text.size() && text[offset] != '\''; ++offset) {
        if (text[offset] == '\\') {
            if (is_template) value += '\\';
            if (++offset == text.size()) return error("an open backslash at the end");
        }
        value += text[offset];
    }
    if (!take('\'')) return error("a string has no closing quote");
    return Value(value);
}

/// A path ends at a comma, parenthesis or space outside of its brackets.
Result<Argument, SyntaxError> Parser::parse_path() {
    std::size_t begin = offset;
    std::size_t brackets = 0;
    char quote = '\0';
    for (; offset < text.size(); ++offset) {
        char c = text[offset];
        if (c == '\\' && offset + 1 < text.size()) {
            ++offset;
        } else if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (brackets > 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '[') {
            ++brackets;
        } else if (c == ']' && brackets > 0) {
            --brackets;
        } else if (brackets == 0 && (c == ',' || c == ')' || is_space(c))) {
            break;
        }
    }
    auto path = path::parse(text.substr(begin, offset - begin));
    if (path) return Argument{std::move(*path)};
    SyntaxError fault = path.error();
    fault.offset += begin;
    return fault;
}

/// A number, true, false or null.
Result<Argument, SyntaxError> Parser::parse_word() {
    std::size_t end = text.find_first_of(",) \t\r\n", offset);
    std::string_view word = text.substr(offset, end - offset);
    char c = peek();
    bool is_number = c == '-' || (c >= '0' && c <= '9');
    if (is_number || word == "true" || word == "false" || word == "null") {
        if (auto value = parse_json(word)) {
            offset += word.size();
            return Argument{std::move(*value)};
        }
    }
    return error("expected a 'string', a number, true, false, null, a path or a call");
}

} // namespace

Result<Call, SyntaxError> parse(std::string_view text) {
    Parser parser{text};
    if (text.size() > text_bytes_max)
        return parser.error("a call may have at most " + std::to_string(text_bytes_max) + " bytes");
    GRADUS_TRY(auto node, parser.parse_call(0));
    parser.skip_spaces();
    if (parser.offset != text.size()) return parser.error("expected nothing behind the call");
    return Call(std::move(node));
}

} // namespace gradus::intrinsics
