// Sources: AWS, "Using Map state in Distributed mode", "Label", "ItemReader (Map)". What a field
// alone demands is checked where it is read (read_distributed_map.cpp); here is what depends on
// other places. Words not recorded, save those of Express workflows.
#include "gradus/json.hpp"
#include "states/program/checks.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace gradus {
namespace {

constexpr auto config_table = std::to_array<Field>({
    {.name = "Mode", .kind = FieldKind::text},
    {.name = "ExecutionType", .kind = FieldKind::text},
});

class MapCheck {
public:
    MapCheck(const CompiledStates& states, DiagnosticSink& sink) : states_(states), sink_(sink) {}

    void run() {
        for (std::size_t i = 0; i < states_.program.states.size(); ++i) {
            const State& state = states_.program.states[i];
            const StateSource& source = states_.sources[i];
            if (state.type == StateType::parallel) check_branches(source);
            if (const auto* map = std::get_if<MapState>(&state.detail)) check_map(*map, source);
            if (runs_in_express_child(state)) check_express(state, source);
        }
    }

private:
    void check_branches(const StateSource& source) {
        const Value* branches = source.json->find("Branches");
        if (branches == nullptr || !branches->is_array()) return;
        const std::string at = pointer_child(source.pointer, "Branches");
        for (std::size_t i = 0; i < branches->size(); ++i) {
            if ((*branches)[i].find("ProcessorConfig") == nullptr) continue;
            sink_.error(pointer_child(pointer_child(at, i), "ProcessorConfig"),
                        "Field 'ProcessorConfig' is not supported",
                        "only the ItemProcessor of a Map has it");
        }
    }

    void check_map(const MapState& map, const StateSource& source) {
        const std::string_view field =
            source.json->find("ItemProcessor") != nullptr ? "ItemProcessor" : "Iterator";
        const Value* processor = source.json->find(field);
        const Value* config = processor != nullptr ? processor->find("ProcessorConfig") : nullptr;
        if (config != nullptr && config->is_object()) {
            const std::string at =
                pointer_child(pointer_child(source.pointer, field), "ProcessorConfig");
            check_config(FieldReader(*config, at, QueryLanguage::jsonpath, sink_));
        }
        if (!map.distributed) return;
        check_label(source);
    }

    void check_config(const FieldReader& config) {
        config.check({config_table});
        config.one_of("Mode", {"INLINE", "DISTRIBUTED"});
        config.one_of("ExecutionType", {"STANDARD", "EXPRESS"});
        if (config.has("ExecutionType") && config.text("Mode") != "DISTRIBUTED") {
            sink_.warn("DISCARDED_FIELD", config.child("ExecutionType"),
                       "ExecutionType has no effect unless Mode is DISTRIBUTED");
        }
    }

    /// Labels are part of the ARNs of Map Runs and their children.
    void check_label(const StateSource& source) {
        const Value* label = source.json->find("Label");
        if (label == nullptr || !label->is_string()) return;
        const std::string at = pointer_child(source.pointer, "Label");
        const auto [first, is_new] = labels_.emplace(label->as_string(), at);
        if (is_new) return;
        sink_.error(at, "Label '" + first->first + "' is already used at " + first->second,
                    "labels must be unique in the definition");
    }

    /// Whether the innermost distributed Map around a state runs Express children.
    bool runs_in_express_child(const State& state) const {
        auto owner = states_.program.scope(state.scope).owner;
        while (owner) {
            const State& outer = states_.program.state(*owner);
            const auto* map = std::get_if<MapState>(&outer.detail);
            if (map != nullptr && map->distributed)
                return map->distributed->child_type == WorkflowType::express;
            owner = states_.program.scope(outer.scope).owner;
        }
        return false;
    }

    void check_express(const State& state, const StateSource& source) {
        if (states_.program.type == WorkflowType::express) return; // said of the Map itself
        const auto* map = std::get_if<MapState>(&state.detail);
        if (map != nullptr && map->distributed) {
            sink_.error(source.pointer, "Express state machine does not support distributed Map",
                        "the Map around it has ExecutionType EXPRESS");
        }
        const auto* task = std::get_if<TaskState>(&state.detail);
        if (task == nullptr || task->resource == nullptr) return;
        const std::string fault = express_fault(*task->resource);
        if (fault.empty()) return;
        sink_.error(pointer_child(source.pointer, "Resource"), fault,
                    "the Map around it has ExecutionType EXPRESS");
    }

    const CompiledStates& states_;
    DiagnosticSink& sink_;
    std::map<std::string, std::string> labels_; // to the place of its first use
};

} // namespace

void check_maps(const CompiledStates& states, DiagnosticSink& sink) {
    MapCheck(states, sink).run();
}

} // namespace gradus
