// Filters: `[?(@.price < 10 && !(@.sold == true))]`. AWS documents regular expressions, word
// operators and references to other values as unsupported in paths, so they are refused here.

#include "gradus/json.hpp"
#include "states/query/path/cursor.hpp"
#include "states/query/path/syntax.hpp"

#include <optional>
#include <utility>

namespace gradus::path {

namespace {

Result<Filter, SyntaxError> parse_any(Cursor& cursor);

Result<Operand, SyntaxError> parse_operand(Cursor& cursor) {
    Operand operand;
    char c = cursor.peek();
    if (cursor.take('@')) {
        operand.is_path = true;
        GRADUS_TRY(operand.steps, parse_steps(cursor, StepsEnd::anywhere));
        operand.is_definite = are_definite(operand.steps);
        return operand;
    }
    if (c == '\'' || c == '"') {
        GRADUS_TRY(std::string text, parse_quoted(cursor));
        operand.literal = Value(text);
        return operand;
    }
    if (c == '$') return cursor.error("a filter can't refer to values outside of '@'");
    std::size_t end = cursor.text.find_first_of(" \t\n\r)]&|=<>!", cursor.offset);
    std::string_view word = cursor.text.substr(cursor.offset, end - cursor.offset);
    bool is_number = c == '-' || (c >= '0' && c <= '9');
    if (is_number || word == "true" || word == "false" || word == "null") {
        if (auto value = parse_json(word)) {
            cursor.offset += word.size();
            operand.literal = std::move(*value);
            return operand;
        }
    }
    return cursor.error("expected '@', a string, a number, true, false or null");
}

Result<std::optional<Comparison>, SyntaxError> parse_comparison(Cursor& cursor) {
    using Found = std::optional<Comparison>;
    if (cursor.take("==")) return Found(Comparison::equal);
    if (cursor.take("!=")) return Found(Comparison::not_equal);
    if (cursor.take("<=")) return Found(Comparison::less_equal);
    if (cursor.take(">=")) return Found(Comparison::greater_equal);
    if (cursor.take('<')) return Found(Comparison::less);
    if (cursor.take('>')) return Found(Comparison::greater);
    if (cursor.peek() == '=')
        return cursor.error("expected '=='; regular expressions are not supported in filters");
    char c = cursor.peek();
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return cursor.error("word operators are not supported in filters");
    return Found(std::nullopt);
}

Result<Filter, SyntaxError> parse_test(Cursor& cursor) {
    Filter filter;
    GRADUS_TRY(filter.left, parse_operand(cursor));
    cursor.skip_spaces();
    GRADUS_TRY(auto comparison, parse_comparison(cursor));
    if (!comparison) {
        if (!filter.left.is_path) return cursor.error("expected a comparison");
        filter.kind = Filter::Kind::exists;
        return filter;
    }
    filter.kind = Filter::Kind::comparison;
    filter.comparison = *comparison;
    cursor.skip_spaces();
    GRADUS_TRY(filter.right, parse_operand(cursor));
    if (filter.left.is_path && filter.right.is_path)
        return cursor.error("a filter can't compare one value of the document with another");
    return filter;
}

Result<Filter, SyntaxError> parse_negation(Cursor& cursor) {
    cursor.skip_spaces();
    if (cursor.peek() == '!' || cursor.peek() == '(') {
        if (++cursor.depth > filter_depth_max) return cursor.error("filters nest too deeply");
        bool is_negation = cursor.peek() == '!';
        ++cursor.offset;
        GRADUS_TRY(Filter inner, is_negation ? parse_negation(cursor) : parse_any(cursor));
        --cursor.depth;
        if (!is_negation) {
            cursor.skip_spaces();
            if (!cursor.take(')')) return cursor.error("expected ')'");
            return inner;
        }
        Filter filter;
        filter.kind = Filter::Kind::negation;
        filter.children.push_back(std::move(inner));
        return filter;
    }
    return parse_test(cursor);
}

Result<Filter, SyntaxError> parse_all(Cursor& cursor) {
    Filter filter;
    filter.kind = Filter::Kind::all;
    do {
        GRADUS_TRY(Filter child, parse_negation(cursor));
        filter.children.push_back(std::move(child));
        cursor.skip_spaces();
    } while (cursor.take("&&"));
    if (filter.children.size() == 1) return Filter(std::move(filter.children.front()));
    return filter;
}

Result<Filter, SyntaxError> parse_any(Cursor& cursor) {
    Filter filter;
    filter.kind = Filter::Kind::any;
    do {
        GRADUS_TRY(Filter child, parse_all(cursor));
        filter.children.push_back(std::move(child));
        cursor.skip_spaces();
    } while (cursor.take("||"));
    if (filter.children.size() == 1) return Filter(std::move(filter.children.front()));
    return filter;
}

} // namespace

Result<FilterStep, SyntaxError> parse_filter(Cursor& cursor) {
    if (++cursor.depth > filter_depth_max) return cursor.error("filters nest too deeply");
    cursor.skip_spaces();
    if (!cursor.take('(')) return cursor.error("expected '(' after '?'");
    GRADUS_TRY(Filter filter, parse_any(cursor));
    cursor.skip_spaces();
    if (!cursor.take(')')) return cursor.error("expected ')'");
    cursor.skip_spaces();
    if (!cursor.take(']')) return cursor.error("expected ']'");
    --cursor.depth;
    return FilterStep{std::make_shared<const Filter>(std::move(filter))};
}

} // namespace gradus::path
