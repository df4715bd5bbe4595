#include "tools/conformance/api_words.hpp"

#include "gradus/json.hpp"

#include <cctype>

namespace gradus::conformance {
namespace {

std::string snake_case(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (std::isupper(static_cast<unsigned char>(c)) != 0) out += '_';
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

/// "activityArn" to the ARN of an activity that nobody made.
std::string arn_of_nothing(std::string_view member) {
    const std::string prefix = "arn:aws:states:us-east-1:111111111111:";
    if (member == "executionArn") return prefix + "execution:nothing:nothing";
    if (member == "activityArn") return prefix + "activity:nothing";
    return prefix + "stateMachine:nothing";
}

/// "<invalid_token_1025_chars>": the text isn't kept, its length is. Zero: no such token.
std::size_t length_of(std::string_view token) {
    constexpr std::string_view end = "_chars>";
    if (!token.ends_with(end)) return 0;
    token.remove_suffix(end.size());
    const std::string_view digits = token.substr(token.rfind('_') + 1);
    std::size_t length = 0;
    for (const char c : digits) {
        if (std::isdigit(static_cast<unsigned char>(c)) == 0) return 0;
        length = length * 10 + static_cast<std::size_t>(c - '0');
    }
    return length;
}

/// Names of resources that the recorder replaced in answers only: they match anything.
std::string with_open_names(std::string text) {
    constexpr std::string_view name = ":log_group_name:";
    const std::size_t at = text.find(name);
    if (at != std::string::npos) text.replace(at, name.size(), ":<log_group_name>:");
    return text;
}

} // namespace

/// The recorder put a token, or nothing, for the token of the page before.
Value ApiWords::page_token(const Value& recorded) {
    const bool is_kept = recorded.is_string() && !recorded.as_string().starts_with('<');
    if (is_kept || next_token_.is_null() ||
        (recorded.is_string() && length_of(recorded.as_string()) > 0))
        return recorded.is_string() ? Value(text(recorded.as_string())) : recorded;
    return next_token_;
}

Value ApiWords::expected(const Value& recorded) const {
    if (recorded.is_string()) {
        std::string out = with_open_names(std::string(recorded.as_string()));
        for (const auto& [word, value] : words_) {
            if (out == word) return value;
            const std::string quoted = "'" + word + "'";
            if (const std::size_t at = out.find(quoted); at != std::string::npos)
                out.replace(at + 1, word.size(), value);
        }
        return out;
    }
    if (recorded.is_array()) {
        Array items;
        for (const Value& item : recorded.as_array())
            items.push_back(expected(item));
        return Value(std::move(items));
    }
    if (!recorded.is_object()) return recorded;
    ObjectBuilder out;
    for (const Member& member : recorded.as_object())
        out.append(std::string(member.name()), expected(member.value));
    return out.build();
}

std::string ApiWords::token(const std::string& name, std::string_view before) {
    const auto found = tokens_.find(name);
    if (found != tokens_.end()) return found->second;
    std::string value;
    if (const std::size_t length = length_of(name); length > 0) {
        value = std::string(length, 'x');
    } else if (name == "<partition>") {
        value = "aws";
    } else if (name == "<region>") {
        value = "us-east-1";
    } else if (before.find(":execution:") != std::string_view::npos && before.ends_with(':') &&
               !unnamed_.empty() && !before.ends_with(":execution:")) {
        value = std::move(unnamed_.front());
        unnamed_.pop_front();
    } else {
        for (const char c : name) {
            if (c != '<' && c != '>') value += c == ':' ? '-' : c;
        }
    }
    tokens_[name] = value;
    return value;
}

std::string ApiWords::text(std::string_view recorded) {
    std::string out;
    while (!recorded.empty()) {
        const std::size_t open = recorded.find('<');
        const std::size_t close = recorded.find('>', open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        out += recorded.substr(0, open);
        out += token(std::string(recorded.substr(open, close - open + 1)), out);
        recorded.remove_prefix(close + 1);
    }
    return out + std::string(recorded);
}

Value ApiWords::arguments(const Value& recorded, bool names_nothing) {
    if (recorded.is_string()) return text(recorded.as_string());
    if (recorded.is_array()) {
        Array items;
        for (const Value& item : recorded.as_array())
            items.push_back(arguments(item, names_nothing));
        return Value(std::move(items));
    }
    if (!recorded.is_object()) return recorded;
    ObjectBuilder out;
    for (const Member& member : recorded.as_object()) {
        const std::string name(member.name());
        // The recorder parsed these.
        if ((name == "definition" || name == "input") && !member.value.is_string() &&
            !member.value.is_null()) {
            out.append(name, text(to_json(member.value)));
            continue;
        }
        const bool is_word = name.ends_with("Arn") && member.value.is_string() &&
                             member.value.as_string().find(':') == std::string_view::npos;
        if (is_word && name != "roleArn") {
            const auto known = words_.find(member.value.as_string());
            if (known != words_.end()) {
                out.append(name, known->second);
                continue;
            }
            if (names_nothing) {
                const std::string word(member.value.as_string());
                words_[word] = arn_of_nothing(name);
                out.append(name, words_[word]);
                continue;
            }
        }
        out.append(name, name == "nextToken" ? page_token(member.value)
                                             : arguments(member.value, names_nothing));
    }
    return out.build();
}

void ApiWords::learn(const Value& answer, bool is_unnamed_start) {
    if (!answer.is_object()) return;
    next_token_ = answer["nextToken"];
    for (const Member& member : answer.as_object()) {
        if (member.name().ends_with("Arn") && member.value.is_string())
            words_[snake_case(member.name())] = member.value.as_string();
    }
    const Value& arn = answer["executionArn"];
    if (is_unnamed_start && arn.is_string())
        unnamed_.emplace_back(arn.as_string().substr(arn.as_string().rfind(':') + 1));
}

} // namespace gradus::conformance
