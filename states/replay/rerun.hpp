#pragma once
// Runs a definition on what a recorded history says came from outside, and compares as it goes. The
// order of the recording decides which branch goes on, and its times are the times of the run, so
// that branches meet as they did when it was recorded.

#include "states/replay/definition_map.hpp"
#include "states/replay/event_matcher.hpp"
#include "states/replay/script.hpp"
#include "states/replay/turn.hpp"
#include "states/replay/variation.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gradus {

/// What is run, and on what.
struct RerunSubject {
    std::shared_ptr<const Program> program;
    const DefinitionMap* definition = nullptr;
    const RecordedHistory* history = nullptr;
    const std::vector<Placement>* placements = nullptr; // of the history's events
    const Script* script = nullptr;
    LaneTable* lanes = nullptr; // that the placements were made with
    ExecutionStarted start;
    Unknowns unknowns;
    Strictness strictness = Strictness::value;
    bool has_redrive_count = true; // the context object, at the time of the recording
};

/// A difference, with what it takes to explain it.
struct FoundDifference {
    Divergence divergence; // all but place, source and explanation
    LaneId lane = LaneId::main;
};

struct RerunResult {
    std::vector<Turn> turns;
    std::vector<HistoryEvent> history;
    std::vector<FoundDifference> differences;
    std::vector<TakenAsRecorded> taken;
    std::vector<Unanswered> unanswered;
    std::uint64_t events_found = 0;
    Outcome outcome;
};

class Rerun {
public:
    /// Borrows what the subject points to.
    Rerun(const RerunSubject& subject, const ReplayOptions& options);

    Result<RerunResult> run();

private:
    // --- rerun.cpp: which turn comes next ---
    struct Candidate {
        std::uint64_t event_id = 0; // of the recording; 0: it doesn't show this
        Timestamp at;
        Turn turn;
        std::optional<Trigger> trigger; // absent: a branch only goes on
        BranchId branch = BranchId::main;
        bool is_timer = false; // that the recording doesn't show
    };
    struct ActiveTask {
        PlaceKey place;
        const RecordedAttempt* attempt = nullptr; // null: the recording has none
        std::uint64_t number = 0;                 // of the attempt, from 1
        std::size_t answered = 0;
        Timestamp scheduled_at;
    };
    struct PlaceUse { // what of a PlaceScript happened again
        std::size_t entered = 0;
        std::size_t attempts = 0;
        std::size_t left = 0;
        std::size_t started = 0;
        std::size_t map_runs = 0;
    };
    std::optional<Candidate> next_turn();
    std::vector<Candidate> candidates();
    void add_candidates(BranchId id, std::vector<Candidate>& out);
    void add_global_candidates(std::vector<Candidate>& out);
    LaneId lane_of(const ExecutionState& state, BranchId id);
    std::string state_name(const Branch& branch) const;

    // --- rerun_answers.cpp: what the recording answers ---
    std::optional<Candidate> entering(BranchId id);
    std::optional<Candidate> answer_of_task(BranchId id);
    std::optional<Candidate> end_of_timer(BranchId id);
    std::optional<Candidate> answer_of_map_run(BranchId id);
    std::optional<Event> override_of(const ActiveTask& task) const;
    std::optional<CommandId> timer_of_timeout(const Branch& branch, const ActiveTask& task,
                                              Timestamp at) const;
    void begin_attempt(const ScheduleTask& task);
    const RecordedAttempt* spare_attempt(const std::string& state);

    // --- rerun_turn.cpp: a turn, and what is made of it ---
    struct Compared {
        RecordedEvent event;
        Placement placement;
        EventMatch match;
        std::vector<std::pair<std::string, std::string>> excused; // pointer, why
    };
    void take_turn(Candidate candidate);
    void try_turn(Candidate& candidate, std::optional<ExecutionState>& before, Effects& effects,
                  std::vector<Compared>& events);
    std::vector<Compared> compare(const std::vector<HistoryEvent>& history);
    bool excuse(Compared& compared, std::size_t number, const std::vector<Variant>& variants);
    std::optional<BranchId> branch_in(LaneId lane, const std::string& state,
                                      const ExecutionState& before);
    void fit_to_recording(Candidate& candidate);
    bool may_vary(const ExecutionState& before, BranchId branch) const;

    // --- rerun_commit.cpp: what is remembered of it ---
    void commit(Candidate& candidate, std::vector<Compared>& events, Effects& effects);
    void judge(Compared& compared, const Trigger& trigger);
    void count(const Compared& compared);
    void note_taken(const Compared& compared);
    void note_difference(const Compared& compared, const Trigger& trigger);
    void note_command(const Command& command);
    void note_triggers(const Candidate& candidate);
    void note_left_over();
    void note_unanswered();
    const Trigger& trigger_of(LaneId lane) const;

    RerunSubject subject_;
    const ReplayOptions& options_;
    LaneTracker tracker_;
    EventMatcher matcher_;
    ExecutionState state_;
    Timestamp now_;
    RerunResult result_;
    std::optional<Error> error_;
    bool is_at_end_ = false;  // options_.until_event was reached
    bool is_cut_off_ = false; // the recording was made while the execution ran

    std::map<CommandId, StartTimer> timers_;
    std::map<CommandId, ActiveTask> tasks_;
    std::map<PlaceKey, PlaceUse> used_;
    std::set<const RecordedAttempt*> begun_;
    std::map<std::string, std::size_t> reads_; // pages that a Map Run got
    std::set<std::uint64_t> used_ids_;         // of stops and redrives
    std::map<LaneId, Trigger> triggers_;
    std::map<std::uint64_t, Compared> noted_; // what was taken from the recording, as it differed
    // What each ready branch came from, where that may vary.
    struct Origin {
        ExecutionState before;
        Turn turn;
    };
    std::map<BranchId, std::shared_ptr<const Origin>> origins_;
};

} // namespace gradus
