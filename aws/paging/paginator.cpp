#include "aws/paging/paginator.hpp"

namespace gradus::aws {

namespace {

// A text or a list of texts.
Result<std::vector<std::string>> texts_of(const Value& description, std::string_view name) {
    std::vector<std::string> out;
    const Value& given = description[name];
    if (given.is_null()) return out;
    if (given.is_string()) return std::vector{std::string(given.as_string())};
    const Error wrong{ErrorCode::invalid_argument,
                      "expected a text or a list of texts as " + std::string(name)};
    if (!given.is_array()) return wrong;
    for (const Value& element : given.as_array()) {
        if (!element.is_string()) return wrong;
        out.emplace_back(element.as_string());
    }
    return out;
}

const Value& at_path(const Value& value, std::string_view path) {
    const std::size_t dot = path.find('.');
    const Value& inner = value[path.substr(0, dot)];
    return dot == std::string_view::npos ? inner : at_path(inner, path.substr(dot + 1));
}

Value with_path(const Value& value, std::string_view path, Value inner) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    const Value object = value.is_object() ? value : Value::object();
    if (dot == std::string_view::npos) return object.with(name, std::move(inner));
    return object.with(name, with_path(object[name], path.substr(dot + 1), std::move(inner)));
}

Value joined(const Value& before, const Value& more) {
    if (before.is_null()) return more;
    if (before.is_number() && more.is_number()) {
        std::int64_t a = 0;
        std::int64_t b = 0;
        std::int64_t sum = 0;
        if (before.to_integer(a) && more.to_integer(b) && !__builtin_add_overflow(a, b, &sum))
            return sum;
        return before.as_double() + more.as_double();
    }
    if (!before.is_array() || !more.is_array()) return before;
    Array out(before.as_array().begin(), before.as_array().end());
    out.insert(out.end(), more.as_array().begin(), more.as_array().end());
    return Value(std::move(out));
}

bool is_name(std::string_view text) {
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_-") == std::string_view::npos;
}

} // namespace

Result<Paginator> Paginator::load(const Value& description) {
    Paginator out;
    GRADUS_TRY(out.input_tokens_, texts_of(description, "input_token"));
    GRADUS_TRY(const std::vector<std::string> outputs, texts_of(description, "output_token"));
    if (out.input_tokens_.empty() || out.input_tokens_.size() != outputs.size())
        return Error{ErrorCode::invalid_argument,
                     "expected as many of input_token as of output_token, and one at least"};
    for (const std::string& text : outputs) {
        GRADUS_TRY(PathExpression expression, PathExpression::compile(text));
        out.output_tokens_.push_back(std::move(expression));
    }
    if (const Value& more = description["more_results"]; more.is_string()) {
        GRADUS_TRY(out.more_results_, PathExpression::compile(more.as_string()));
    }
    GRADUS_TRY(out.result_keys_, texts_of(description, "result_key"));
    if (const Value& limit = description["limit_key"]; limit.is_string())
        out.limit_key_ = limit.as_string();
    return out;
}

Result<std::optional<Value>> Paginator::next(const Value& input, const Value& output) const {
    if (more_results_ && !is_truthy(more_results_->search(output))) return std::optional<Value>();
    Value following = input;
    bool has_token = false;
    bool is_same = true;
    for (std::size_t i = 0; i < input_tokens_.size(); ++i) {
        const Value token = output_tokens_[i].search(output);
        is_same = is_same && token == input[input_tokens_[i]];
        if (!is_truthy(token)) {
            following = following.without(input_tokens_[i]);
            continue;
        }
        has_token = true;
        following = std::move(following).with(input_tokens_[i], token);
    }
    if (!has_token) return std::optional<Value>();
    if (is_same)
        return Error{ErrorCode::internal, "the service gave the token of a page for the page after "
                                          "it, too, in " +
                                              output_tokens_.front().text()};
    return std::optional<Value>(std::move(following));
}

Value Paginator::with_page(const Value& pages, const Value& page) const {
    Value out = pages.is_object() ? pages : page;
    if (pages.is_object())
        for (const std::string& key : result_keys_)
            if (const Value& more = at_path(page, key); !more.is_null())
                out = with_path(out, key, joined(at_path(pages, key), more));
    for (const PathExpression& token : output_tokens_)
        if (is_name(token.text())) out = out.without(token.text());
    return out;
}

} // namespace gradus::aws
