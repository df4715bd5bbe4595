#include "tools/conformance/recorded_case.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "states/replay/definition_map.hpp"
#include "tools/conformance/resource_words.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace gradus::conformance {
namespace {

/// What stood in an input, by the word that the recorder put in its place. A word that stands for
/// several texts can't be undone.
class Words {
public:
    void learn(const Value& real, const Value& recorded) {
        if (real.is_string() && recorded.is_string()) {
            if (real == recorded) return;
            const auto [known, is_new] =
                texts_.emplace(recorded.as_string(), std::string(real.as_string()));
            if (!is_new && known->second != real.as_string()) is_ambiguous_ = true;
        } else if (real.is_array() && recorded.is_array()) {
            for (std::size_t i = 0; i < real.size() && i < recorded.size(); ++i)
                learn(real[i], recorded[i]);
        } else if (real.is_object() && recorded.is_object()) {
            for (const Member& member : real.as_object()) {
                if (const Value* other = recorded.find_key(member.key)) learn(member.value, *other);
            }
        }
    }
    bool is_ambiguous() const { return is_ambiguous_; }
    Value undo(const Value& value) const {
        if (value.is_string()) {
            const auto found = texts_.find(std::string(value.as_string()));
            return found == texts_.end() ? value : Value(found->second);
        }
        if (value.is_array()) {
            Array out;
            for (const Value& element : value.as_array())
                out.push_back(undo(element));
            return Value(std::move(out));
        }
        if (!value.is_object()) return value;
        ObjectBuilder out(value.size());
        for (const Member& member : value.as_object())
            out.append(member.key, undo(member.value));
        return out.build();
    }

private:
    std::map<std::string, std::string> texts_;
    bool is_ambiguous_ = false;
};

/// Payloads that are objects were parsed when they were recorded; others are text still.
Value payload(const Value& recorded) {
    if (!recorded.is_string()) return recorded;
    auto parsed = parse_json(recorded.as_string());
    return parsed ? *parsed : recorded;
}

/// Every text in the events that is a JSON object, by which a cause that the recorder parsed gets
/// its own spelling back.
void collect_objects(const Value& value, std::vector<std::pair<Value, std::string>>& texts) {
    if (value.is_string()) {
        auto parsed = parse_json(value.as_string());
        if (!parsed) return;
        if (parsed->is_object()) texts.emplace_back(*parsed, std::string(value.as_string()));
        if (!parsed->is_string()) collect_objects(*parsed, texts);
    } else if (value.is_array()) {
        for (const Value& element : value.as_array())
            collect_objects(element, texts);
    } else if (value.is_object()) {
        for (const Member& member : value.as_object())
            collect_objects(member.value, texts);
    }
}

/// As it was before the recorder parsed it.
Value as_text(const Value& recorded, const Words& words) {
    return Value(to_json(words.undo(payload(recorded))));
}

/// The ARN that the definition has where the recorder put a bare word.
Value resource_of(const Value& recorded, std::string_view type) {
    const std::string word(recorded.as_string());
    if (word.starts_with("arn:")) return recorded;
    if (type == "LambdaFunctionScheduled")
        return Value("arn:aws:lambda:us-east-1:111111111111:function:" + word);
    if (type == "ActivityScheduled")
        return Value("arn:aws:states:us-east-1:111111111111:activity:" + word);
    return recorded;
}

using ObjectTexts = std::vector<std::pair<Value, std::string>>;

Value cause_text(const Value& parsed, const ObjectTexts& texts) {
    const auto found = std::ranges::find(texts, parsed, &ObjectTexts::value_type::first);
    return found == texts.end() ? Value(to_json(parsed)) : Value(found->second);
}

Value details_as_recorded(const Value& details, std::string_view type, const Words& words,
                          const ObjectTexts& texts) {
    ObjectBuilder out(details.size());
    for (const Member& member : details.as_object()) {
        const std::string_view name = member.name();
        if (name == "input" || name == "output" || name == "parameters") {
            out.append(member.key, as_text(member.value, words));
        } else if (name == "cause" && !member.value.is_string()) {
            out.append(member.key, cause_text(member.value, texts));
        } else if (name == "resource") {
            out.append(member.key, resource_of(member.value, type));
        } else if (name == "assignedVariables" && member.value.is_object()) {
            ObjectBuilder variables;
            for (const Member& variable : member.value.as_object())
                variables.append(variable.key, as_text(variable.value, words));
            out.append(member.key, variables.build());
        } else {
            out.append(member.key, member.value);
        }
    }
    return out.build();
}

/// Times that stand in the definition and became words when they were assigned.
void learn_constants(const Value& definition, const Value& events, Words& words) {
    const DefinitionMap map(to_json(definition));
    for (const Value& event : events.as_array()) {
        const Value& exited = event["stateExitedEventDetails"];
        const Value& assigned = exited["assignedVariables"];
        const Value& name = exited["name"];
        const Value* state = name.is_string() ? map.state(std::string(name.as_string())) : nullptr;
        if (state == nullptr || !assigned.is_object()) continue;
        for (const Member& variable : assigned.as_object()) {
            const Value& constant = (*state)["Assign"][variable.name()];
            if (constant.is_string() && parse_rfc3339(constant.as_string()))
                words.learn(constant, payload(variable.value));
        }
    }
}

} // namespace

Timestamp recorded_at(const Value& the_case) {
    const Value& text = the_case["provenance"]["recorded"];
    if (text.is_string() && text.size() >= 20) {
        const std::string t(text.as_string());
        const auto instant = parse_rfc3339(t.substr(6, 4) + "-" + t.substr(3, 2) + "-" +
                                           t.substr(0, 2) + "T" + t.substr(12, 8) + "Z");
        if (instant) return timestamp_of(instant->seconds * 1000);
    }
    return timestamp_of(1'700'000'000'000);
}

Result<RecordedCase> recorded_case(const Value& the_case) {
    const Value& events = the_case["expected"]["events"];
    if (!events.is_array()) return Error{ErrorCode::unsupported, "no history was recorded"};
    if (the_case["events_unordered_in_parallel"] == Value(true))
        return Error{ErrorCode::unsupported, "the recorder sorted the events"};
    Words words;
    words.learn(the_case["input"], payload(events[0]["executionStartedEventDetails"]["input"]));
    learn_constants(the_case["definition"], events, words);
    if (words.is_ambiguous())
        return Error{ErrorCode::unsupported,
                     "the recorder put one word in the place of several texts"};
    ObjectTexts texts;
    collect_objects(events, texts);
    Array restored;
    for (const Value& event : events.as_array()) {
        const Value& type = event["type"];
        ObjectBuilder out(event.size());
        for (const Member& member : event.as_object()) {
            if (member.name() == "timestamp") continue; // a word stands there
            if (member.value.is_object())
                out.append(member.key,
                           details_as_recorded(member.value, type.as_string(), words, texts));
            else
                out.append(member.key, member.value);
        }
        restored.push_back(out.build());
    }
    GRADUS_TRY(RecordedHistory history,
               read_foreign_history({{"the case", to_json(Value(std::move(restored)))}}));
    history.events[0].at = recorded_at(the_case);
    if (the_case["type"] == Value("EXPRESS"))
        history.execution_arn = "arn:aws:states:us-east-1:111111111111:express:m:e:1";
    return RecordedCase{std::move(history),
                        to_pretty_json(with_resource_arns(the_case["definition"], events))};
}

} // namespace gradus::conformance
