#include "tools/gradus/graph/model.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <functional>

namespace gradus::graph {
namespace {

/// No label is longer; pictures are read from afar.
constexpr std::size_t label_characters_max = 36;

std::string shortened(std::string text) {
    for (char& c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins_character = (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U;
        if (begins_character && ++characters > label_characters_max) return text.substr(0, i) + "…";
    }
    return text;
}

std::string text_of(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : to_json(value);
}

/// The first member of a rule that says something: {"Variable": "$.n", "NumericEquals": 1} is
/// "$.n NumericEquals 1".
std::string rule_text(const Value& rule) {
    if (const Value* comment = rule.find("Comment")) return text_of(*comment);
    if (const Value* condition = rule.find("Condition")) {
        std::string text = text_of(*condition);
        if (text.starts_with("{%") && text.ends_with("%}")) text = text.substr(2, text.size() - 4);
        const std::size_t first = text.find_first_not_of(' ');
        const std::size_t last = text.find_last_not_of(' ');
        return first == std::string::npos ? text : text.substr(first, last - first + 1);
    }
    if (const Value* rules = rule.find("Not")) return "not (" + rule_text(*rules) + ")";
    for (const char* word : {"And", "Or"}) {
        const Value* rules = rule.find(word);
        if (rules == nullptr || !rules->is_array()) continue;
        std::string text;
        for (const Value& inner : rules->as_array())
            text += (text.empty() ? "" : word[0] == 'A' ? " and " : " or ") + rule_text(inner);
        return text;
    }
    std::string text = text_of(rule["Variable"]);
    for (const Member& member : rule.as_object()) {
        if (member.name() != "Variable" && member.name() != "Next" && member.name() != "Assign")
            text += " " + std::string(member.name()) + " " + text_of(member.value);
    }
    return text;
}

std::string detail_of(const std::string& type, const Value& state) {
    if (type == "Task") {
        const std::string arn = text_of(state["Resource"]);
        const std::size_t integration = arn.find(":states:::");
        if (integration != std::string::npos) return shortened(arn.substr(integration + 10));
        return shortened(arn.substr(arn.rfind(':') + 1));
    }
    if (type == "Wait") {
        for (const char* field : {"Seconds", "Timestamp", "SecondsPath", "TimestampPath"}) {
            const Value* value = state.find(field);
            if (value == nullptr) continue;
            return shortened(text_of(*value) + (value->is_number() ? " s" : ""));
        }
    }
    if (type == "Fail") {
        const Value* error = state.find("Error");
        return error != nullptr ? shortened(text_of(*error)) : "";
    }
    return "";
}

std::string error_names(const Value& catcher) {
    std::string text;
    for (const Value& name : catcher["ErrorEquals"].as_array())
        text += (text.empty() ? "" : ", ") + text_of(name);
    return shortened(text);
}

void read_edges(Machine& machine, const std::string& name, const Value& state) {
    if (const Value* next = state.find("Next"))
        machine.edges.push_back({.from = name, .to = text_of(*next)});
    if (const Value* choices = state.find("Choices")) {
        for (const Value& rule : choices->as_array()) {
            machine.edges.push_back({.from = name,
                                     .to = text_of(rule["Next"]),
                                     .kind = EdgeKind::choice,
                                     .label = shortened(rule_text(rule))});
        }
    }
    if (const Value* next = state.find("Default")) {
        machine.edges.push_back(
            {.from = name, .to = text_of(*next), .kind = EdgeKind::fallback, .label = "default"});
    }
    if (const Value* catchers = state.find("Catch")) {
        for (const Value& catcher : catchers->as_array()) {
            machine.edges.push_back({.from = name,
                                     .to = text_of(catcher["Next"]),
                                     .kind = EdgeKind::failure,
                                     .label = error_names(catcher)});
        }
    }
}

Machine read_nested(const Value& definition, std::string owner, std::string label) {
    Machine machine{
        .start = text_of(definition["StartAt"]), .owner = std::move(owner), .label = label};
    for (const Member& member : definition["States"].as_object()) {
        const std::string name(member.name());
        const Value& state = member.value;
        const std::string type = text_of(state["Type"]);
        machine.nodes.push_back(
            {.name = name,
             .type = type,
             .detail = detail_of(type, state),
             .is_end = state["End"] == Value(true) || type == "Succeed" || type == "Fail"});
        read_edges(machine, name, state);
        if (const Value* branches = state.find("Branches")) {
            std::size_t number = 0;
            for (const Value& branch : branches->as_array())
                machine.inner.push_back(
                    read_nested(branch, name, "branch " + std::to_string(++number)));
        }
        for (const char* field : {"ItemProcessor", "Iterator"}) {
            const Value* processor = state.find(field);
            if (processor == nullptr) continue;
            const bool is_distributed =
                (*processor)["ProcessorConfig"]["Mode"] == Value("DISTRIBUTED");
            machine.inner.push_back(read_nested(
                *processor, name, is_distributed ? "each item, an execution" : "each item"));
        }
    }
    return machine;
}

// --- history -------------------------------------------------------------------------------------

Node* find_node(Machine& machine, const std::string& name) {
    for (Node& node : machine.nodes) {
        if (node.name == name) return &node;
    }
    for (Machine& inner : machine.inner) {
        if (Node* found = find_node(inner, name)) return found;
    }
    return nullptr;
}

/// Counts one way from a state to another; the kinds tell which of several edges it was.
void pass_edge(Machine& machine, const std::string& from, const std::string& to, bool has_failed) {
    for (Edge& edge : machine.edges) {
        const bool is_failure = edge.kind == EdgeKind::failure;
        if (edge.from != from || edge.to != to || is_failure != has_failed) continue;
        ++edge.passes;
        return;
    }
    for (Machine& inner : machine.inner)
        pass_edge(inner, from, to, has_failed);
}

/// What a branch of the history did last: found along previousEventId.
struct Trail {
    std::string exited;              // the state that was left last
    bool is_left_by_failure = false; // through a catcher
    bool has_failed = false;         // the event itself is a failure
};

bool is_failure_event(const std::string& type) {
    return type.ends_with("Failed") || type.ends_with("TimedOut");
}

} // namespace

Machine read_machine(const Value& definition) { return read_nested(definition, "", ""); }

void mark_history(Machine& machine, const Value& history) {
    const Value& events = history["events"].is_array() ? history["events"] : history;
    if (!events.is_array()) return;
    std::map<std::int64_t, Trail> trails;    // by event
    std::map<std::string, std::size_t> open; // states entered and not left
    for (const Value& event : events.as_array()) {
        const std::string type = text_of(event["type"]);
        std::int64_t id = 0;
        std::int64_t previous = 0;
        event["id"].to_integer(id);
        event["previousEventId"].to_integer(previous);
        Trail trail = trails[previous];
        if (type.ends_with("StateEntered")) {
            const std::string name = text_of(event["stateEnteredEventDetails"]["name"]);
            if (!trail.exited.empty())
                pass_edge(machine, trail.exited, name, trail.is_left_by_failure);
            trail = {};
            if (Node* node = find_node(machine, name)) {
                ++node->visits;
                node->mark = Mark::waiting;
                ++open[name];
                if (node->type == "Fail") node->mark = Mark::failed;
            }
        } else if (type.ends_with("StateExited")) {
            const std::string name = text_of(event["stateExitedEventDetails"]["name"]);
            trail = {.exited = name, .is_left_by_failure = trail.has_failed};
            if (Node* node = find_node(machine, name)) {
                if (open[name] > 0 && --open[name] == 0)
                    node->mark = trail.is_left_by_failure ? Mark::caught : Mark::passed;
            }
        } else if (type.starts_with("Execution")) {
            if (type == "ExecutionFailed" || type == "ExecutionTimedOut" ||
                type == "ExecutionAborted") {
                for (const auto& [name, count] : open) {
                    Node* node = count > 0 ? find_node(machine, name) : nullptr;
                    if (node != nullptr) node->mark = Mark::failed;
                }
            }
        } else {
            trail.has_failed = is_failure_event(type);
        }
        trails[id] = std::move(trail);
    }
}

bool is_marked(const Machine& machine) {
    for (const Node& node : machine.nodes) {
        if (node.mark != Mark::none) return true;
    }
    return false;
}

} // namespace gradus::graph
