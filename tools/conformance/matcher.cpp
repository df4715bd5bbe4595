#include "tools/conformance/matcher.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <array>

namespace gradus::conformance {
namespace {

/// Words that stand for any time (README, "Normalisation done by the recorder").
bool is_time_word(std::string_view text) {
    constexpr std::array words = {"timestamp",  "date",        "datetime",
                                  "start-date", "stop-date",   "entered-time",
                                  "start-time", "<timestamp>", "<date>"};
    return std::ranges::find(words, text) != words.end();
}

/// A token that stood in the request for a value known only at run time (README, "api",
/// "teststate").
bool is_request_token(std::string_view text) {
    return text == "<synthetic>" || text == "<name>" ||
           ((text.starts_with("<id-") || text.starts_with("<arn-")) && text.ends_with('>'));
}

std::string brief(const Value& value) {
    std::string text = to_json(value);
    if (text.size() > 300) text = text.substr(0, 300) + "…";
    return text;
}

std::string mismatch(const std::string& at, const Value& expected, const Value& actual) {
    return (at.empty() ? "/" : at) + ": expected " + brief(expected) + ", found " + brief(actual);
}

std::int64_t id_of(const Value& event, std::string_view member) {
    const Value& id = event[member];
    return id.is_integer() ? id.as_integer() : -1;
}

/// Finds a one-to-one assignment; the lists are short.
template <class Match>
bool assign_all(std::vector<const Value*> expected, std::vector<const Value*> actual, Match match) {
    if (expected.size() != actual.size()) return false;
    for (const Value* wanted : expected) {
        const auto found = std::ranges::find_if(
            actual, [&](const Value* candidate) { return match(*wanted, *candidate); });
        if (found == actual.end()) return false;
        actual.erase(found);
    }
    return true;
}

std::vector<const Value*> children_of(const Value& events, std::int64_t id) {
    std::vector<const Value*> children;
    for (const Value& event : events.as_array()) {
        if (id_of(event, "previousEventId") == id) children.push_back(&event);
    }
    return children;
}

/// "57b9c4e8-…", version 4.
bool is_uuid(std::string_view text) {
    if (text.size() != 36 || text[14] != '4') return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool is_hex =
            (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (is_dash ? text[i] != '-' : !is_hex) return false;
    }
    return true;
}

/// README: after a distributed Map, MapStateExited names either MapRunStarted or MapRunSucceeded as
/// its previous event. Both are taken for what was found.
Value with_chain_of_map_run(const Value& wanted, const Value& actual, std::size_t index) {
    const bool is_after_run = wanted["type"] == Value("MapStateExited") &&
                              actual[index - 3]["type"] == Value("MapRunStarted") &&
                              actual[index - 2]["type"] == Value("MapRunSucceeded");
    if (!is_after_run) return wanted;
    const Value& previous = wanted["previousEventId"];
    const bool is_either =
        previous == actual[index - 3]["id"] || previous == actual[index - 2]["id"];
    return is_either ? wanted.with("previousEventId", actual[index]["previousEventId"]) : wanted;
}

} // namespace

Matcher::Matcher(const Value& wildcard_paths) {
    for (const Value& path : wildcard_paths.as_array()) {
        const std::string_view text = path.as_string();
        wildcard_members_.emplace_back(text.substr(text.find_last_of('.') + 1));
    }
    // README: response metadata and request ids differ from run to run.
    for (const char* name :
         {"SdkHttpMetadata", "SdkResponseMetadata", "RequestId", "roleArn", "RoleArn"}) {
        wildcard_members_.emplace_back(name);
    }
}

bool Matcher::is_wildcard_member(std::string_view name) const {
    return std::ranges::find(wildcard_members_, name) != wildcard_members_.end() ||
           name.starts_with("x-amzn-");
}

std::optional<std::string> Matcher::difference(const Value& expected, const Value& actual,
                                               const std::string& at) {
    if (expected.is_string()) return text_difference(expected, actual, at);
    // The recorder parsed texts that hold an object, and some that hold an array.
    if ((expected.is_object() || expected.is_array()) && actual.is_string()) {
        const auto parsed = parse_json(actual.as_string());
        return parsed ? difference(expected, *parsed, at) : mismatch(at, expected, actual);
    }
    if (expected.is_object() && actual.is_object()) {
        for (const Member& member : expected.as_object()) {
            if (is_wildcard_member(member.name())) continue;
            const std::string child = pointer_child(at, member.name());
            const Value* other = actual.find(member.name());
            if (other == nullptr)
                return child + ": expected " + brief(member.value) + ", found nothing";
            if (auto found = difference(member.value, *other, child)) return found;
        }
        for (const Member& member : actual.as_object()) {
            if (expected.find(member.name()) == nullptr && !is_wildcard_member(member.name())) {
                return pointer_child(at, member.name()) + ": expected nothing, found " +
                       brief(member.value);
            }
        }
        return std::nullopt;
    }
    if (expected.is_array() && actual.is_array() && expected.size() == actual.size()) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (auto found = difference(expected[i], actual[i], pointer_child(at, i))) return found;
        }
        return std::nullopt;
    }
    if (expected == actual) return std::nullopt;
    return mismatch(at, expected, actual);
}

std::optional<std::string> Matcher::text_difference(const Value& expected, const Value& actual,
                                                    const std::string& at) {
    const std::string_view wanted = expected.as_string();
    if (is_time_word(wanted) || wanted == "snf_role_arn" || wanted == "sfn_role_arn")
        return std::nullopt;
    if (actual.is_string() && is_request_token(actual.as_string())) return std::nullopt;
    if (is_input_normalised_ && actual.is_string()) {
        // The recorder replaced parts of the input by single words inside the history.
        if (wanted.find_first_of(" {[") == std::string_view::npos) return std::nullopt;
    }
    const std::string found =
        actual.is_string() ? std::string(actual.as_string()) : to_json(actual);
    if (accepts_any_uuid_ && is_uuid(wanted) && is_uuid(found)) return std::nullopt;
    if (text_matches(wanted, found)) return std::nullopt;
    const auto wanted_json = parse_json(wanted);
    const auto found_json = parse_json(found);
    if (wanted_json && found_json && matches(*wanted_json, *found_json)) {
        return std::nullopt;
    }
    return mismatch(at, expected, actual);
}

bool Matcher::text_matches(std::string_view expected, std::string_view actual) {
    if (expected == actual) return true;
    const std::size_t open = expected.find('<');
    const std::size_t close = open == std::string_view::npos ? open : expected.find('>', open);
    if (close == std::string_view::npos) return false;
    if (expected.substr(0, open) != actual.substr(0, open)) return false;
    actual.remove_prefix(open);
    const std::string token(expected.substr(open, close + 1 - open));
    const std::string_view rest = expected.substr(close + 1);
    if (actual.starts_with(token) && text_matches(rest, actual.substr(token.size()))) return true;
    if (const auto known = bound_.find(token); known != bound_.end()) {
        return actual.starts_with(known->second) &&
               text_matches(rest, actual.substr(known->second.size()));
    }
    for (std::size_t length = actual.size() + 1; length-- > 0;) {
        if (!text_matches(rest, actual.substr(length))) continue;
        // Quoted inputs and request ids are wildcards; the others stand for one value in a case.
        const bool is_free =
            token.starts_with("<json-input") || token.find("request") != std::string::npos;
        if (!is_free) bound_.emplace(token, actual.substr(0, length));
        return true;
    }
    return false;
}

std::optional<std::string> Matcher::event_difference(const Value& expected, const Value& actual,
                                                     bool with_ids) {
    const std::string at =
        "event " + to_json(expected["id"]) + " " + std::string(expected["type"].as_string());
    Value wanted = expected.without("timestamp");
    Value found = actual.without("timestamp");
    for (const char* id : {"id", "previousEventId"}) {
        if (with_ids) continue;
        wanted = wanted.without(id);
        found = found.without(id);
    }
    // What a comparison that failed took a placeholder for must not count for the next one.
    const auto bound = bound_;
    auto different = difference(wanted, found, at);
    if (different) bound_ = bound;
    return different;
}

std::optional<std::string> Matcher::difference_in_order(const Value& expected,
                                                        const Value& actual) {
    const std::size_t common = std::min(expected.size(), actual.size());
    for (std::size_t i = 0; i < common; ++i) {
        const Value wanted = i >= 3 ? with_chain_of_map_run(expected[i], actual, i) : expected[i];
        if (auto found = event_difference(wanted, actual[i], true)) return found;
    }
    if (expected.size() == actual.size()) return std::nullopt;
    const bool is_longer = actual.size() > common;
    return std::to_string(expected.size()) + " events expected, " + std::to_string(actual.size()) +
           " found; first " +
           (is_longer ? "surplus: " + brief(actual[common])
                      : "missing: " + brief(expected[common]));
}

bool Matcher::chains_match(const Value& expected, const Value& actual) {
    struct Walk {
        Matcher& matcher;
        const Value& expected;
        const Value& actual;
        bool operator()(std::int64_t wanted_id, std::int64_t found_id) {
            return assign_all(children_of(expected, wanted_id), children_of(actual, found_id),
                              [this](const Value& wanted, const Value& found) {
                                  return !matcher.event_difference(wanted, found, false) &&
                                         (*this)(id_of(wanted, "id"), id_of(found, "id"));
                              });
        }
    };
    return expected.size() == actual.size() && Walk{*this, expected, actual}(0, 0);
}

// README: events inside a Parallel lost their ids and were sorted, and the events that end it were
// dropped. The last id says how many events there were, so that none may be missing or invented.
bool Matcher::multisets_match(const Value& expected, const Value& actual) {
    if (expected.size() == 0 ||
        id_of(expected[expected.size() - 1], "id") != std::ssize(actual.as_array())) {
        return false;
    }
    std::vector<const Value*> unmatched;
    for (const Value& event : actual.as_array())
        unmatched.push_back(&event);
    for (const Value& wanted : expected.as_array()) {
        const auto found = std::ranges::find_if(unmatched, [&](const Value* event) {
            return !event_difference(wanted, *event, wanted["id"].is_integer());
        });
        if (found == unmatched.end()) return false;
        unmatched.erase(found);
    }
    return true;
}

std::optional<std::string> Matcher::history_difference(const Value& expected, const Value& actual,
                                                       const Value& the_case) {
    is_input_normalised_ = the_case["input_normalised_in_events"] == Value(true);
    const bool is_unordered = the_case["events_unordered_in_parallel"] == Value(true);
    const auto bound = bound_;
    if (is_unordered) {
        if (multisets_match(expected, actual)) return std::nullopt;
        return "events differ as a set; in order: " +
               difference_in_order(expected, actual).value_or("equal");
    }
    auto found = difference_in_order(expected, actual);
    if (!found) return std::nullopt;
    bound_ = bound;
    if (chains_match(expected, actual)) return std::nullopt;
    return found;
}

} // namespace gradus::conformance
