#include "states/program/queries.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus {
namespace {

using enum StatesExtra;

class Collector {
public:
    std::vector<StateQuery> take() { return std::move(queries_); }

    void add(std::string pointer, StatesExtra extra, const JsonataTemplate& query) {
        queries_.push_back({std::move(pointer), extra, query.variables_referenced(), &query});
    }
    void add(std::string pointer, StatesExtra extra, const Payload& payload) {
        if (const auto* jsonata = std::get_if<JsonataTemplate>(&payload)) {
            return add(std::move(pointer), extra, *jsonata);
        }
        add_names(std::move(pointer), variables_referenced(payload));
    }
    void add(std::string pointer, StatesExtra, const path::Path& path) {
        add_names(std::move(pointer), path.variables_referenced());
    }
    void add(std::string pointer, StatesExtra, const PathOrDiscard& field) {
        if (field.path) add_names(std::move(pointer), field.path->variables_referenced());
    }
    void add(std::string pointer, StatesExtra, const choice::Rule& rule) {
        add_names(std::move(pointer), rule.variables_referenced());
    }
    /// `at` is the place of the object that holds the field.
    void add(std::string at, StatesExtra extra, const NumberField& field) {
        const std::string pointer = std::move(at) + "/" + field.name;
        if (const auto* jsonata = std::get_if<JsonataTemplate>(&field.content)) {
            add(pointer, extra, *jsonata);
        } else if (const auto* path = std::get_if<path::Path>(&field.content)) {
            add(pointer, extra, *path);
        }
    }
    void add(std::string at, StatesExtra extra, const TextField& field) {
        const std::string pointer = std::move(at) + "/" + field.name;
        if (const auto* jsonata = std::get_if<JsonataTemplate>(&field.content)) {
            add(pointer, extra, *jsonata);
        } else if (const auto* query = std::get_if<templates::Expression>(&field.content)) {
            add_names(pointer, query->variables_referenced());
        }
    }
    template <class Field>
    void add(std::string pointer, StatesExtra extra, const std::optional<Field>& field) {
        if (field) add(std::move(pointer), extra, *field);
    }

private:
    void add_names(std::string pointer, std::vector<std::string> names) {
        queries_.push_back({std::move(pointer), nothing, std::move(names), nullptr});
    }

    std::vector<StateQuery> queries_;
};

const char* arguments_of(const State& state) {
    return state.language == QueryLanguage::jsonata ? "/Arguments" : "/Parameters";
}

void add_flow(Collector& out, const State& state) {
    const bool has_result = state.type == StateType::task || state.type == StateType::parallel ||
                            state.type == StateType::map;
    const StatesExtra after = has_result ? result : nothing;
    const DataFlow& flow = state.flow;
    out.add("/InputPath", nothing, flow.input_path);
    out.add("/OutputPath", nothing, flow.output_path);
    out.add("/ResultPath", nothing, flow.result_path);
    out.add(arguments_of(state), nothing, flow.arguments);
    out.add("/ResultSelector", nothing, flow.result_selector);
    out.add("/Assign", after, flow.assign);
    out.add("/Output", after, flow.output);
}

void add_choices(Collector& out, const ChoiceState& state) {
    for (std::size_t i = 0; i < state.choices.size(); ++i) {
        const ChoiceBranch& choice = state.choices[i];
        const std::string at = pointer_child("/Choices", i);
        if (const auto* rule = std::get_if<choice::Rule>(&choice.condition)) {
            out.add(at, nothing, *rule);
        } else if (const auto* query = std::get_if<JsonataTemplate>(&choice.condition)) {
            out.add(at + "/Condition", nothing, *query);
        }
        out.add(at + "/Assign", nothing, choice.assign);
        out.add(at + "/Output", nothing, choice.output);
    }
}

void add_distributed(Collector& out, const DistributedMap& map, std::string_view arguments) {
    if (map.reader) {
        out.add("/ItemReader" + std::string(arguments), nothing, map.reader->arguments);
        out.add("/ItemReader/ReaderConfig", nothing, map.reader->items_max);
    }
    if (map.batcher) {
        out.add("/ItemBatcher", nothing, map.batcher->items_max);
        out.add("/ItemBatcher", nothing, map.batcher->bytes_max);
        out.add("/ItemBatcher/BatchInput", nothing, map.batcher->batch_input);
    }
    if (map.writer)
        out.add("/ResultWriter" + std::string(arguments), nothing, map.writer->arguments);
}

struct DetailQueries {
    Collector& out;
    std::string_view arguments; // the language's name for a payload, as a pointer

    void operator()(const PassState&) const {}
    void operator()(const SucceedState&) const {}
    void operator()(const FailState& state) const {
        out.add("", nothing, state.error);
        out.add("", nothing, state.cause);
    }
    void operator()(const WaitState& state) const {
        out.add("", nothing, state.seconds);
        out.add("", nothing, state.timestamp);
    }
    void operator()(const ChoiceState& state) const { add_choices(out, state); }
    void operator()(const TaskState& state) const {
        out.add("", nothing, state.timeout);
        out.add("", nothing, state.heartbeat);
        out.add("/Credentials", nothing, state.credentials);
    }
    void operator()(const ParallelState&) const {}
    void operator()(const MapState& state) const {
        out.add("/ItemsPath", nothing, state.items_path);
        out.add("/Items", nothing, state.items);
        out.add("/ItemSelector", nothing, state.item_selector);
        out.add("", nothing, state.concurrency_max);
        out.add("", nothing, state.tolerated_failure_count);
        out.add("", nothing, state.tolerated_failure_percentage);
        if (state.distributed) add_distributed(out, *state.distributed, arguments);
    }
};

} // namespace

std::vector<StateQuery> queries_of(const State& state) {
    Collector out;
    add_flow(out, state);
    std::visit(DetailQueries{out, arguments_of(state)}, state.detail);
    for (std::size_t i = 0; i < state.catchers.size(); ++i) {
        const Catcher& catcher = state.catchers[i];
        const std::string at = pointer_child("/Catch", i);
        out.add(at + "/ResultPath", nothing, catcher.result_path);
        out.add(at + "/Assign", error_output, catcher.assign);
        out.add(at + "/Output", error_output, catcher.output);
    }
    return out.take();
}

std::map<std::string, std::vector<std::string>> variable_references(const Program& program) {
    std::map<std::string, std::vector<std::string>> references;
    for (const State& state : program.states) {
        std::vector<std::string> names;
        for (const StateQuery& query : queries_of(state))
            names.insert(names.end(), query.variables.begin(), query.variables.end());
        if (names.empty()) continue;
        std::ranges::sort(names); // recorded: in order of their names
        names.erase(std::unique(names.begin(), names.end()), names.end());
        references.emplace(state.name.as_string(), std::move(names));
    }
    return references;
}

} // namespace gradus
