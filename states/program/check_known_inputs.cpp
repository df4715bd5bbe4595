// Paths that can't match: where a state's input is written in the definition itself, as the Result
// of the only state that leads to it, its paths are tried on it. A warning, because a path may be
// meant to fail; the rule is ours.
#include "gradus/json.hpp"
#include "states/program/checks.hpp"

#include <map>

namespace gradus {
namespace {

/// What the state hands on, where that is a constant.
const Value* constant_output(const State& state) {
    if (state.type != StateType::pass) return nullptr;
    const DataFlow& flow = state.flow;
    if (state.language == QueryLanguage::jsonata)
        return flow.output ? flow.output->constant() : nullptr;
    const auto is_whole = [](const std::optional<PathOrDiscard>& path) {
        return !path ||
               (path->path && path->path->is_root() && path->path->root() == path::Root::input);
    };
    if (!is_whole(flow.result_path) || !is_whole(flow.output_path)) return nullptr;
    const auto& pass = std::get<PassState>(state.detail);
    if (pass.result) return &*pass.result;
    if (!flow.arguments) return nullptr;
    const auto* parameters = std::get_if<templates::Template>(&*flow.arguments);
    return parameters != nullptr ? parameters->constant() : nullptr;
}

/// Tries the paths of one state on its input.
class Trial {
public:
    Trial(const StateSource& source, const State& from, DiagnosticSink& sink)
        : source_(source), from_(from), sink_(sink) {}

    void run(const State& state, const Value& raw) {
        Value input = raw;
        const auto& input_path = state.flow.input_path;
        if (input_path && !input_path->path) input = Value::object();
        if (input_path && input_path->path) {
            const auto found = value_at(*input_path->path, raw, "InputPath");
            if (!found) return;
            input = *found;
        }
        if (state.flow.arguments) try_template(*state.flow.arguments, input, "Parameters");
        if (const auto* wait = std::get_if<WaitState>(&state.detail); wait && wait->seconds) {
            if (const auto* path = std::get_if<path::Path>(&wait->seconds->content))
                value_at(*path, input, wait->seconds->name);
        }
        if (const auto* map = std::get_if<MapState>(&state.detail); map && map->items_path) {
            const bool has_reader = map->distributed && map->distributed->reader;
            if (!has_reader) value_at(*map->items_path, input, "ItemsPath");
        }
        if (const auto* choice = std::get_if<ChoiceState>(&state.detail)) try_rules(*choice, input);
    }

private:
    void warn(const std::string& pointer, const std::string& path) {
        const std::string name(from_.name.as_string());
        sink_.warn("PATH_NEVER_MATCHES", pointer,
                   "'" + path + "' finds nothing: the input is what '" + name + "' hands on",
                   "compare it with the Result of '" + name + "'");
    }
    static bool reads_input(std::string_view path) {
        return path.starts_with("$.") || path.starts_with("$[");
    }

    /// The value at a path; nothing when the path isn't one of the input, or finds nothing.
    std::optional<Value> value_at(const path::Path& path, const Value& input,
                                  std::string_view field) {
        if (path.root() != path::Root::input) return std::nullopt;
        auto found = path::evaluate_on(path, input);
        if (found) return std::move(*found);
        warn(pointer_child(source_.pointer, field), path.text());
        return std::nullopt;
    }
    void try_template(const Payload& payload, const Value& input, std::string_view field) {
        const auto* compiled = std::get_if<templates::Template>(&payload);
        if (compiled == nullptr) return;
        const auto made = templates::evaluate(*compiled, FixedScope(input));
        if (made || made.error().kind != templates::TemplateErrorKind::path) return;
        if (reads_input(made.error().expression))
            warn(pointer_child(source_.pointer, field), made.error().expression);
    }
    void try_rules(const ChoiceState& choice, const Value& input) {
        for (std::size_t i = 0; i < choice.choices.size(); ++i) {
            const auto* rule = std::get_if<choice::Rule>(&choice.choices[i].condition);
            if (rule == nullptr) continue;
            const auto matched = choice::evaluate(*rule, FixedScope(input));
            if (matched) {
                if (*matched) return; // the rules behind it are never tried
                continue;
            }
            if (!reads_input(matched.error().path)) return;
            return warn(pointer_child(pointer_child(source_.pointer, "Choices"), i),
                        matched.error().path);
        }
    }

    const StateSource& source_;
    const State& from_;
    DiagnosticSink& sink_;
};

} // namespace

void check_known_inputs(const ScopeGraph& graph, const CompiledStates& states,
                        DiagnosticSink& sink) {
    std::map<StateIndex, std::vector<StateIndex>> leading;
    for (const auto& [from, to] : graph.transitions)
        leading[to].push_back(from);
    for (const auto& [index, from] : leading) {
        const State& state = states.program.state(index);
        // What a scope's first state gets comes from outside too.
        if (from.size() != 1 || index == graph.start) continue;
        if (state.language != QueryLanguage::jsonpath) continue;
        const State& before = states.program.state(from.front());
        const Value* input = constant_output(before);
        if (input == nullptr) continue;
        Trial(states.sources[static_cast<std::size_t>(index)], before, sink).run(state, *input);
    }
}

} // namespace gradus
