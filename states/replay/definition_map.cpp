#include "states/replay/definition_map.hpp"

#include "gradus/json.hpp"

namespace gradus {
namespace {

/// Whether a text in the JSON names a draw, the clock or the context object. May be mistaken only
/// towards yes.
bool names_what_varies(const Value& json) {
    if (json.is_string()) {
        const std::string_view text = json.as_string();
        for (const char* word : {"States.UUID", "States.MathRandom", "$uuid", "$random", "$now",
                                 "$millis", "$shuffle", "$eval", "$$", "$states"}) {
            if (text.find(word) == std::string_view::npos) continue;
            // $states.input and $states.result can't vary by themselves.
            if (std::string_view(word) == "$states" &&
                text.find("context") == std::string_view::npos)
                continue;
            return true;
        }
        return false;
    }
    if (json.is_array()) {
        for (const Value& element : json.as_array()) {
            if (names_what_varies(element)) return true;
        }
    }
    if (json.is_object()) {
        for (const Member& member : json.as_object()) {
            if (names_what_varies(member.value)) return true;
        }
    }
    return false;
}

} // namespace

DefinitionMap::DefinitionMap(std::string_view definition) {
    if (auto parsed = parse_json(definition)) document_ = std::move(*parsed);
    add_scope(document_, "");
}

void DefinitionMap::add_scope(const Value& scope, const std::string& pointer) {
    const Value& states = scope["States"];
    if (!states.is_object()) return;
    const std::string at = pointer_child(pointer, "States");
    for (const Member& member : states.as_object())
        add_state(member.value, std::string(member.name()), pointer_child(at, member.name()));
}

void DefinitionMap::add_state(const Value& state, const std::string& name,
                              const std::string& pointer) {
    Value own = state;
    if (const Value* branches = state.find("Branches"); branches != nullptr) {
        const std::string at = pointer_child(pointer, "Branches");
        for (std::size_t i = 0; i < branches->size(); ++i)
            add_scope((*branches)[i], pointer_child(at, i));
        own = own.without("Branches");
    }
    for (const char* field : {"ItemProcessor", "Iterator"}) {
        const Value* processor = state.find(field);
        if (processor == nullptr) continue;
        add_scope(*processor, pointer_child(pointer, field));
        own = own.without(field);
    }
    places_[name] = {pointer, names_what_varies(own)};
}

std::string DefinitionMap::pointer(const std::string& state) const {
    const auto found = places_.find(state);
    return found == places_.end() ? "" : found->second.pointer;
}

const Value* DefinitionMap::state(const std::string& state) const {
    const auto found = places_.find(state);
    return found == places_.end() ? nullptr : find_pointer(document_, found->second.pointer);
}

bool DefinitionMap::may_vary(const std::string& state) const {
    const auto found = places_.find(state);
    return found != places_.end() && found->second.may_vary;
}

} // namespace gradus
