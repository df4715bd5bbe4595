// The only file that knows Boost.JSON: its pushing parser checks the text and calls our builder.
// The parser's own values are not used; they lose the text of numbers.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <string>
#include <vector>

namespace gradus {
namespace {

namespace json = boost::json;

/// Takes the parser's events and keeps a stack of the containers that are open.
class Handler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return open(true); }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }
    bool on_array_begin(json::error_code&) { return open(false); }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        stack_.back().key = Value(text_);
        text_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        if (text_.empty()) return put(Value(std::string_view(part.data(), part.size())));
        text_.append(part.data(), part.size());
        Value value(text_);
        text_.clear();
        return put(std::move(value));
    }
    bool on_number_part(json::string_view part, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
    bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) {
        return number(part);
    }
    bool on_double(double, json::string_view part, json::error_code&) { return number(part); }
    bool on_bool(bool value, json::error_code&) { return put(Value(value)); }
    bool on_null(json::error_code&) { return put(Value()); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    ParsedJson take() { return {std::move(result_), std::move(repeated_)}; }

private:
    struct Open {
        bool is_object;
        Value key;
        ObjectBuilder object;
        Array array;
    };

    bool open(bool is_object) {
        stack_.push_back({is_object, {}, {}, {}});
        return true;
    }
    bool close() {
        Open closed = std::move(stack_.back());
        stack_.pop_back();
        return put(closed.is_object ? closed.object.build() : Value(std::move(closed.array)));
    }
    bool number(json::string_view part) {
        text_.append(part.data(), part.size());
        Value value = Value::number(text_);
        text_.clear();
        return put(std::move(value));
    }
    bool put(Value value) {
        if (stack_.empty()) {
            result_ = std::move(value);
        } else if (stack_.back().is_object) {
            Open& top = stack_.back();
            const std::size_t before = top.object.size();
            top.object.put(top.key, std::move(value));
            if (top.object.size() == before) note_repeated(top.key);
        } else {
            stack_.back().array.push_back(std::move(value));
        }
        return true;
    }
    void note_repeated(const Value& key) {
        std::string pointer;
        for (std::size_t i = 0; i + 1 < stack_.size(); ++i) {
            const Open& level = stack_[i];
            pointer = level.is_object ? pointer_child(pointer, level.key.as_string())
                                      : pointer_child(pointer, level.array.size());
        }
        repeated_.push_back(pointer_child(pointer, key.as_string()));
    }

    std::vector<Open> stack_;
    std::string text_;
    Value result_;
    std::vector<std::string> repeated_;
};

std::string describe(const json::error_code& error) {
    if (error == json::error::incomplete) return "the text ends before the JSON value does";
    if (error == json::error::extra_data) return "more text after the JSON value";
    if (error == json::error::too_deep) {
        return "nested deeper than " + std::to_string(limits::json_depth_max) + " levels";
    }
    return error.message();
}

} // namespace

Result<ParsedJson, JsonError> parse_json_strictly(std::string_view text) {
    json::parse_options options;
    options.max_depth = limits::json_depth_max;
    json::basic_parser<Handler> parser(options);
    json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size()) error = json::error::extra_data;
    if (error) return JsonError{describe(error), used};
    return parser.handler().take();
}

Result<Value, JsonError> parse_json(std::string_view text) {
    auto parsed = parse_json_strictly(text);
    if (!parsed) return parsed.error();
    return std::move(parsed->value);
}

} // namespace gradus
