// One turn: it is applied, its events are held against the recording, and what can't be known is
// taken from there.
#include "gradus/json.hpp"
#include "states/replay/clone.hpp"
#include "states/replay/explain.hpp"
#include "states/replay/rerun.hpp"

#include <algorithm>

namespace gradus {
namespace {

using enum HistoryEventType;

bool is_exited(HistoryEventType type) { return history_event_name(type).ends_with("StateExited"); }

} // namespace

bool Rerun::may_vary(const ExecutionState& before, BranchId branch) const {
    std::optional<BranchId> at = branch;
    while (at) {
        const auto& found = before.branches[static_cast<std::size_t>(*at)];
        if (!found) return false;
        if (subject_.definition->may_vary(state_name(*found))) return true;
        at = found->parent;
    }
    return false;
}

/// The branch of a lane that is in this state.
std::optional<BranchId> Rerun::branch_in(LaneId lane, const std::string& state,
                                         const ExecutionState& before) {
    for (std::size_t i = 0; i < before.branches.size(); ++i) {
        const auto& branch = before.branches[i];
        if (!branch || state_name(*branch) != state) continue;
        const auto id = static_cast<BranchId>(i);
        const bool is_entered = branch->entered_event_id != 0;
        if ((is_entered ? tracker_.placement(branch->entered_event_id).lane
                        : lane_of(before, id)) == lane)
            return id;
    }
    return std::nullopt;
}

void Rerun::take_turn(Candidate candidate) {
    now_ = std::max(now_, candidate.at);
    candidate.turn.input.at = now_;
    const bool is_start = state_.branches.empty();
    if (!is_start) note_triggers(candidate);
    if (candidate.turn.entering) fit_to_recording(candidate);
    const bool varies = !is_start && may_vary(state_, candidate.branch);
    // From here it can be tried again with what the recording says.
    std::optional<ExecutionState> before;
    if (varies || options_.finds_all || options_.from_event > 0) before = clone(state_);
    Effects effects;
    std::vector<Compared> events;
    try_turn(candidate, before, effects, events);
    if (varies && state_.status == ExecutionStatus::running) {
        const auto origin =
            std::make_shared<const Origin>(Origin{std::move(*before), candidate.turn});
        for (const BranchId ready : state_.ready)
            origins_[ready] = origin;
    }
    commit(candidate, events, effects);
}

/// Applies the turn, again and again until it gives what the recording has where that can't be
/// computed.
void Rerun::try_turn(Candidate& candidate, std::optional<ExecutionState>& before, Effects& effects,
                     std::vector<Compared>& events) {
    for (bool is_again = true; is_again;) {
        is_again = false;
        effects.clear();
        apply(*subject_.program, state_, candidate.turn, effects);
        events = compare(effects.history);
        if (!before) return;
        std::vector<Variant> variants;
        for (std::size_t i = 0; i < events.size(); ++i) {
            Compared& event = events[i];
            if (event.match.kind != DivergenceKind::other_details) continue;
            if (variants.empty() && may_vary(*before, candidate.branch))
                variants = vary(*subject_.program, *before, candidate.turn, subject_.unknowns);
            // What the recording itself doesn't go on with isn't gone on with here.
            const bool is_passed_over =
                options_.finds_all &&
                contradiction(*event.match.expected, *subject_.history).empty();
            const bool is_taken = excuse(event, i, variants) || is_passed_over ||
                                  event.match.expected->id < options_.from_event;
            if (!is_taken || !is_exited(event.event.type)) continue;
            const auto branch = branch_in(event.placement.lane, event.placement.state, *before);
            if (!branch || candidate.turn.given.contains(*branch)) continue;
            const Value& expected = event.match.expected->details;
            candidate.turn.given[*branch] = {expected["output"], expected["assignedVariables"]};
            noted_[event.match.expected->id] = event;
            state_ = clone(*before);
            is_again = true;
            break;
        }
    }
}

/// Where the branch goes on and with what, if that was drawn.
void Rerun::fit_to_recording(Candidate& candidate) {
    const BranchId id = *candidate.turn.entering;
    const Branch& branch = *state_.branches[static_cast<std::size_t>(id)];
    const auto found = origins_.find(id);
    if (found == origins_.end()) return;
    const std::shared_ptr<const Origin> origin = found->second;
    origins_.erase(found);
    const LaneId lane = lane_of(state_, id);
    const RecordedEvent* next = matcher_.next(lane);
    if (next == nullptr || !history_event_name(next->type).ends_with("StateEntered")) return;
    const std::string name = state_name(branch);
    const bool is_other_state = next->details["name"] != Value(name);
    const Value& input = next->details["input"];
    const bool is_other_input = !next->lacks_data && input != branch.input;
    if (!is_other_state && !is_other_input) return;

    const auto variants = vary(*subject_.program, origin->before, origin->turn, subject_.unknowns);
    std::vector<const Value*> inputs;
    std::vector<std::string> reasons;
    for (const Variant& variant : variants) {
        const auto number = static_cast<std::size_t>(id);
        const bool has_branch =
            number < variant.after.branches.size() && variant.after.branches[number];
        const Branch* other = has_branch ? variant.after.branches[number].get() : nullptr;
        inputs.push_back(other == nullptr ? nullptr : &other->input);
        reasons.push_back(variant.why);
        if (!is_other_state || other == nullptr || other->state == branch.state) continue;
        for (std::size_t i = 0; i < subject_.program->states.size(); ++i) {
            if (Value(subject_.program->states[i].name) != next->details["name"]) continue;
            candidate.turn.state = static_cast<StateIndex>(i);
            result_.taken.push_back({next->id, name, {"/name"}, variant.why});
            break;
        }
        break;
    }
    if (!is_other_input) return;
    TakenAsRecorded taken{.event_id = next->id, .state = name};
    for (const ValueDifference& one : value_differences(branch.input, input)) {
        taken.why = why_it_varies(branch.input, inputs, reasons, one.pointer);
        if (taken.why.empty()) return;
        taken.pointers.push_back("/input" + one.pointer);
    }
    candidate.turn.state_input = input;
    result_.taken.push_back(std::move(taken));
}

std::vector<Rerun::Compared> Rerun::compare(const std::vector<HistoryEvent>& history) {
    std::vector<Compared> events;
    std::map<LaneId, std::size_t> ahead;
    for (const HistoryEvent& one : history) {
        Compared compared{.event = recorded_event(one)};
        compared.placement = tracker_.place(compared.event);
        const bool is_step = !compared.placement.is_abort;
        compared.match = matcher_.compare(compared.event, compared.placement,
                                          is_step ? ahead[compared.placement.lane] : 0);
        if (is_step) ++ahead[compared.placement.lane];
        const bool is_named_otherwise = compared.event.type == map_run_started &&
                                        compared.match.kind == DivergenceKind::other_details;
        if (is_named_otherwise) compared.excused = {{"/mapRunArn", "drawn at random"}};
        events.push_back(std::move(compared));
    }
    return events;
}

/// Whether all that differs can't be known; what can't is noted in `compared`.
bool Rerun::excuse(Compared& compared, std::size_t number, const std::vector<Variant>& variants) {
    if (!compared.excused.empty()) return true;
    std::vector<Value> details;
    std::vector<std::string> reasons;
    for (const Variant& variant : variants) {
        const bool is_same =
            number < variant.history.size() && variant.history[number].type == compared.event.type;
        details.push_back(is_same ? history_details(variant.history[number]) : Value());
        reasons.push_back(variant.why);
    }
    std::vector<const Value*> others;
    others.reserve(details.size());
    for (const Value& one : details)
        others.push_back(&one);
    for (const ValueDifference& one : compared.match.differences) {
        std::string why = why_it_varies(compared.event.details, others, reasons, one.pointer);
        if (why.empty()) {
            compared.excused.clear();
            return false;
        }
        compared.excused.emplace_back(one.pointer, std::move(why));
    }
    return true;
}

} // namespace gradus
