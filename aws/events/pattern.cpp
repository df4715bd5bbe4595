#include "aws/events/pattern.hpp"

#include "gradus/json.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gradus::aws {

namespace {

// One alternative of a leaf's list.
struct Matcher {
    enum class Kind {
        exact,
        prefix,
        suffix,
        equals_ignoring_case,
        wildcard,
        anything_but, // none of `operands`
        numeric,
        exists,
        missing,
        cidr,
    };
    Kind kind = Kind::exact;
    enum class Case { sensitive, ignored } letters = Case::sensitive; // of prefix and suffix
    Value value;                                                      // exact
    std::string text;
    std::vector<Matcher> operands;
    std::vector<std::pair<std::string, double>> comparisons; // numeric: "<", 5
    std::uint32_t network = 0;                               // cidr
    std::uint32_t mask = 0;
};

Error wrong(std::string message) { return Error{ErrorCode::syntax, std::move(message)}; }

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& letter : out)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return out;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t read = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (read < text.size()) {
        const bool is_star = at < pattern.size() && pattern[at] == '*';
        const bool is_escaped = at + 1 < pattern.size() && pattern[at] == '\\';
        const std::size_t literal = is_escaped ? at + 1 : at;
        if (is_star) {
            star = at++;
            resume = read;
        } else if (literal < pattern.size() && pattern[literal] == text[read]) {
            at = literal + 1;
            ++read;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            read = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

std::optional<std::uint32_t> ipv4_of(std::string_view text) {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        unsigned number = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (fault != std::errc() || number > 255) return std::nullopt;
        address = address << 8U | number;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (part == 3) break;
        if (text.empty() || text.front() != '.') return std::nullopt;
        text.remove_prefix(1);
    }
    if (!text.empty()) return std::nullopt;
    return address;
}

bool holds(const std::string& comparison, double number, double limit) {
    if (comparison == "<") return number < limit;
    if (comparison == "<=") return number <= limit;
    if (comparison == ">") return number > limit;
    if (comparison == ">=") return number >= limit;
    return number == limit;
}

bool matches_value(const Matcher& matcher, const Value& value) {
    switch (matcher.kind) {
    case Matcher::Kind::exact:
        return matcher.value.is_number() == value.is_number() && matcher.value == value;
    case Matcher::Kind::prefix:
    case Matcher::Kind::suffix: {
        if (!value.is_string()) return false;
        const bool is_exact = matcher.letters == Matcher::Case::sensitive;
        const std::string found =
            is_exact ? std::string(value.as_string()) : lower(value.as_string());
        return matcher.kind == Matcher::Kind::prefix ? found.starts_with(matcher.text)
                                                     : found.ends_with(matcher.text);
    }
    case Matcher::Kind::equals_ignoring_case:
        return value.is_string() && lower(value.as_string()) == matcher.text;
    case Matcher::Kind::wildcard:
        return value.is_string() && matches_wildcard(matcher.text, value.as_string());
    case Matcher::Kind::anything_but:
        return std::none_of(matcher.operands.begin(), matcher.operands.end(),
                            [&](const Matcher& one) { return matches_value(one, value); });
    case Matcher::Kind::numeric:
        return value.is_number() &&
               std::all_of(matcher.comparisons.begin(), matcher.comparisons.end(),
                           [&](const auto& comparison) {
                               return holds(comparison.first, value.as_double(), comparison.second);
                           });
    case Matcher::Kind::exists: return true;
    case Matcher::Kind::missing: return false;
    case Matcher::Kind::cidr: {
        if (!value.is_string()) return false;
        const std::optional<std::uint32_t> address = ipv4_of(value.as_string());
        return address && (*address & matcher.mask) == matcher.network;
    }
    }
    GRADUS_UNREACHABLE();
}

Result<Matcher> text_matcher(Matcher::Kind kind, const Value& operand) {
    Matcher out;
    out.kind = kind;
    const Value* text = &operand;
    if (operand.is_object() && operand.find("equals-ignore-case") != nullptr) {
        out.letters = Matcher::Case::ignored;
        text = operand.find("equals-ignore-case");
    }
    if (!text->is_string()) return wrong("prefix, suffix and wildcard need a string");
    out.text = std::string(text->as_string());
    const bool folds =
        out.letters == Matcher::Case::ignored || kind == Matcher::Kind::equals_ignoring_case;
    if (folds) out.text = lower(out.text);
    if (kind == Matcher::Kind::wildcard && out.text.find("**") != std::string::npos)
        return wrong("Consecutive wildcard characters are not allowed");
    return out;
}

Result<Matcher> numeric_matcher(const Value& operand) {
    Matcher out;
    out.kind = Matcher::Kind::numeric;
    const bool is_shaped = operand.is_array() && (operand.size() == 2 || operand.size() == 4);
    if (!is_shaped) return wrong("numeric needs a list such as [\">\", 0, \"<=\", 5]");
    const std::span<const Value> parts = operand.as_array();
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        static constexpr std::string_view known[] = {"<", "<=", ">", ">=", "="};
        const bool is_known = parts[i].is_string() && std::count(std::begin(known), std::end(known),
                                                                 parts[i].as_string()) == 1;
        if (!is_known) return wrong("Unrecognized numeric range operator");
        if (!parts[i + 1].is_number()) return wrong("numeric needs a number after each operator");
        out.comparisons.emplace_back(std::string(parts[i].as_string()), parts[i + 1].as_double());
    }
    return out;
}

Result<Matcher> cidr_matcher(const Value& operand) {
    Matcher out;
    out.kind = Matcher::Kind::cidr;
    if (!operand.is_string()) return wrong("cidr needs a string");
    const std::string_view text = operand.as_string();
    const std::size_t slash = text.find('/');
    unsigned bits = 33;
    if (slash != std::string_view::npos)
        std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    const std::optional<std::uint32_t> address = ipv4_of(text.substr(0, slash));
    if (!address || bits > 32) return wrong("Malformed CIDR, one '/' required");
    out.mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32U - bits);
    out.network = *address & out.mask;
    return out;
}

Result<Matcher> matcher_of(const Value& alternative);

// Values, a list of values, or one of the text operators with a value or a list.
Result<Matcher> anything_but_matcher(const Value& operand) {
    Matcher out;
    out.kind = Matcher::Kind::anything_but;
    const auto add = [&](std::string_view name, const Value& value) -> Result<void> {
        const Value one = name.empty() ? value : Value::object({{name, value}});
        if (name.empty() && (value.is_object() || value.is_array()))
            return wrong("Inside anything but list, start|null|boolean is not supported.");
        GRADUS_TRY(Matcher matcher, matcher_of(one));
        out.operands.push_back(std::move(matcher));
        return {};
    };
    std::string name;
    const Value* values = &operand;
    if (operand.is_object()) {
        if (operand.size() != 1) return wrong("anything-but takes one operator");
        const Member& only = operand.as_object()[0];
        name = std::string(only.name());
        values = &only.value;
        static constexpr std::string_view known[] = {"prefix", "suffix", "equals-ignore-case",
                                                     "wildcard"};
        if (std::count(std::begin(known), std::end(known), name) == 0)
            return wrong("Unsupported anything-but pattern: " + name);
    }
    if (!values->is_array()) {
        GRADUS_CHECK(add(name, *values));
        return out;
    }
    for (const Value& value : values->as_array())
        GRADUS_CHECK(add(name, value));
    if (out.operands.empty()) return wrong("anything-but needs at least one value");
    return out;
}

Result<Matcher> matcher_of(const Value& alternative) {
    Matcher out;
    if (alternative.is_array()) return wrong("A list within a list is not supported");
    if (!alternative.is_object()) {
        out.value = alternative;
        return out;
    }
    if (alternative.size() != 1) return wrong("Only one key allowed in match expression");
    const Member& only = alternative.as_object()[0];
    const std::string_view name = only.name();
    if (name == "prefix") return text_matcher(Matcher::Kind::prefix, only.value);
    if (name == "suffix") return text_matcher(Matcher::Kind::suffix, only.value);
    if (name == "equals-ignore-case")
        return text_matcher(Matcher::Kind::equals_ignoring_case, only.value);
    if (name == "wildcard") return text_matcher(Matcher::Kind::wildcard, only.value);
    if (name == "anything-but") return anything_but_matcher(only.value);
    if (name == "numeric") return numeric_matcher(only.value);
    if (name == "cidr") return cidr_matcher(only.value);
    if (name == "exists") {
        if (!only.value.is_boolean()) return wrong("exists match pattern must be true or false.");
        out.kind = only.value.as_boolean() ? Matcher::Kind::exists : Matcher::Kind::missing;
        return out;
    }
    return wrong("Unrecognized match type " + std::string(name));
}

} // namespace

// A level of the pattern: all of `fields` and, of each of `either`, one.
struct EventPattern::Node {
    struct Field {
        std::string name;
        std::vector<Matcher> matchers;     // a leaf
        std::shared_ptr<const Node> inner; // or a level below
    };
    std::vector<Field> fields;
    std::vector<std::vector<Node>> either; // $or
};

namespace {

using Node = EventPattern::Node;

Result<Node> node_of(const Value& document, std::size_t depth, std::size_t& combinations) {
    if (depth > pattern_depth_max) return wrong("Event pattern is nested too deeply");
    if (!document.is_object()) return wrong("Filter is not an object");
    if (document.size() == 0) return wrong("Empty objects are not allowed");
    Node out;
    for (const Member& member : document.as_object()) {
        const std::string_view name = member.name();
        if (name == "$or" && member.value.is_array() && member.value.size() > 1 &&
            member.value.as_array()[0].is_object()) {
            combinations *= member.value.size();
            if (combinations > pattern_combinations_max)
                return wrong("Event pattern has too many combinations of $or");
            std::vector<Node> branches;
            for (const Value& branch : member.value.as_array()) {
                GRADUS_TRY(Node node, node_of(branch, depth + 1, combinations));
                branches.push_back(std::move(node));
            }
            out.either.push_back(std::move(branches));
            continue;
        }
        Node::Field field{std::string(name), {}, nullptr};
        if (member.value.is_object()) {
            GRADUS_TRY(Node inner, node_of(member.value, depth + 1, combinations));
            field.inner = std::make_shared<const Node>(std::move(inner));
        } else if (member.value.is_array()) {
            if (member.value.size() == 0) return wrong("Empty arrays are not allowed");
            for (const Value& alternative : member.value.as_array()) {
                GRADUS_TRY(Matcher matcher, matcher_of(alternative));
                field.matchers.push_back(std::move(matcher));
            }
        } else {
            return wrong("\"" + std::string(name) + "\" must be an object or an array");
        }
        out.fields.push_back(std::move(field));
    }
    return out;
}

// A list in the event matches when one of its elements does.
bool leaf_matches(const std::vector<Matcher>& matchers, const Value* value) {
    const auto is_missing_allowed = [](const Matcher& one) {
        return one.kind == Matcher::Kind::missing;
    };
    if (value == nullptr) return std::any_of(matchers.begin(), matchers.end(), is_missing_allowed);
    if (value->is_object()) return false;
    for (const Matcher& matcher : matchers) {
        if (!value->is_array()) {
            if (matches_value(matcher, *value)) return true;
            continue;
        }
        for (const Value& element : value->as_array())
            if (matches_value(matcher, element)) return true;
    }
    return false;
}

bool node_matches(const Node& node, const Value* value);

bool inner_matches(const Node& node, const Value* value) {
    if (value == nullptr || !value->is_array()) return node_matches(node, value);
    for (const Value& element : value->as_array())
        if (node_matches(node, &element)) return true;
    return false;
}

bool node_matches(const Node& node, const Value* value) {
    for (const Node::Field& field : node.fields) {
        const Value* found =
            value != nullptr && value->is_object() ? value->find(field.name) : nullptr;
        const bool fits =
            field.inner ? inner_matches(*field.inner, found) : leaf_matches(field.matchers, found);
        if (!fits) return false;
    }
    for (const std::vector<Node>& branches : node.either)
        if (std::none_of(branches.begin(), branches.end(),
                         [&](const Node& branch) { return node_matches(branch, value); }))
            return false;
    return true;
}

} // namespace

Result<EventPattern> EventPattern::parse(const Value& document) {
    std::size_t combinations = 1;
    GRADUS_TRY(Node root, node_of(document, 0, combinations));
    return EventPattern(std::make_shared<const Node>(std::move(root)));
}

Result<EventPattern> EventPattern::parse(std::string_view text) {
    if (text.size() > pattern_bytes_max) return wrong("Event pattern is too long");
    const Result<Value, JsonError> document = parse_json(text);
    if (!document) return wrong(document.error().message);
    return parse(*document);
}

bool EventPattern::matches(const Value& event) const { return node_matches(*root_, &event); }

} // namespace gradus::aws
