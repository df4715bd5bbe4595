#include "states/replay/map_run_answers.hpp"

#include "states/replay/addressee.hpp"
#include "states/step.hpp"

namespace gradus {
namespace {

const Event* at_or_null(const std::vector<Event>& list, std::size_t index) {
    return index < list.size() ? &list[index] : nullptr;
}

/// Folds a recording and notes what its Map Runs hear.
class Listener {
public:
    Listener(Script& script, const Program& program, LaneTable& lanes)
        : script_(script), program_(program), tracker_(lanes) {}

    void take(const Input& input) {
        if (const auto command = addressee(input.event)) note(*command, input.event);
        Effects effects;
        step(program_, state_, input, effects);
        for (const HistoryEvent& event : effects.history) {
            const Placement placement = tracker_.place(recorded_event(event));
            if (event.type == HistoryEventType::map_run_started)
                ++runs_[{placement.lane, placement.state}];
        }
    }

private:
    void note(CommandId command, const Event& event) {
        const auto open = state_.open_commands.find(command);
        if (open == state_.open_commands.end()) return;
        const Branch& branch = *state_.branches[static_cast<std::size_t>(open->second.branch)];
        if (!branch.map_run) return;
        const LaneId lane = tracker_.placement(branch.entered_event_id).lane;
        const PlaceKey key{lane, std::string(program_.state(branch.state).name.as_string())};
        const auto place = script_.places.find(key);
        const std::size_t number = runs_[key];
        if (place == script_.places.end() || number == 0 || number > place->second.map_runs.size())
            return;
        RecordedMapRun& run = place->second.map_runs[number - 1];
        run.is_known = true;
        if (branch.map_run->reading == command) run.pages.push_back(event);
        if (branch.map_run->writing == command) run.written.push_back(event);
        const auto child = branch.map_run->children.find(command);
        if (child != branch.map_run->children.end())
            run.child_ends.insert_or_assign(child->second.index, event);
    }

    Script& script_;
    const Program& program_;
    LaneTracker tracker_;
    ExecutionState state_;
    std::map<PlaceKey, std::size_t> runs_;
};

} // namespace

std::optional<Event> map_run_answer(const RecordedMapRun& recorded, const MapRun& run,
                                    std::size_t& reads) {
    if (run.reading) {
        if (const Event* page = at_or_null(recorded.pages, reads)) {
            ++reads;
            return addressed(*page, *run.reading);
        }
        if (recorded.is_known) return std::nullopt;
        if (recorded.failure) return TaskFailed{*run.reading, *recorded.failure};
        return ItemsRead{*run.reading, {}};
    }
    for (const auto& [command, child] : run.children) {
        const auto known = recorded.child_ends.find(child.index);
        if (known != recorded.child_ends.end()) return addressed(known->second, command);
        if (recorded.is_known) continue;
        if (recorded.failure)
            return ChildEnded{command, ExecutionStatus::failed, {}, *recorded.failure};
        return ChildEnded{command, ExecutionStatus::succeeded, {}, {}};
    }
    if (!run.writing) return std::nullopt;
    if (const Event* written = at_or_null(recorded.written, 0))
        return addressed(*written, *run.writing);
    if (recorded.is_known) return std::nullopt;
    if (recorded.failure) return TaskFailed{*run.writing, *recorded.failure};
    return ObjectsWritten{*run.writing};
}

void add_map_run_answers(Script& script, const Program& program, const Recording& recording,
                         LaneTable& lanes) {
    Listener listener(script, program, lanes);
    for (const RecordedInput& entry : recording.inputs)
        listener.take(entry.input);
}

} // namespace gradus
