// Executions that aren't in memory: parked ones, those of before a restart, and how they come back.
#include "engine/shard/shard.hpp"
#include "engine/shard/task_tokens.hpp"

#include <algorithm>
#include <iterator>

namespace gradus {
namespace {

/// Executions whose commands are issued again with one tick. Ours.
constexpr std::size_t reissues_per_tick_max = 100;

} // namespace

// --- residents -----------------------------------------------------------------------------------

Shard::Resident& Shard::make_resident(ExecutionKey execution,
                                      std::shared_ptr<const Program> program) {
    Resident& resident = residents_[execution];
    resident.program = std::move(program);
    resident.place = recent_.insert(recent_.begin(), execution);
    return resident;
}

void Shard::forget(ExecutionKey execution) {
    const auto found = residents_.find(execution);
    recent_.erase(found->second.place);
    residents_.erase(found);
}

/// Those that haven't moved for longest make room, unless the store lacks something of them.
void Shard::park() {
    auto at = recent_.end();
    while (residents_.size() > options_.residents_max && at != recent_.begin()) {
        --at;
        const auto found = residents_.find(*at);
        if (found->second.uncommitted > 0) continue;
        residents_.erase(found);
        at = recent_.erase(at);
    }
}

Shard::Resident* Shard::resident_for(ExecutionKey execution, const Event& event) {
    const auto found = residents_.find(execution);
    if (found != residents_.end()) return &found->second;
    if (std::holds_alternative<ExecutionStarted>(event)) return nullptr; // given up by recover()
    // A timer that is in the heap and wasn't cancelled is open.
    const auto answered = answered_command(event);
    if (answered && !std::holds_alternative<TimerFired>(event) && !has_open(execution, *answered))
        return nullptr;
    return find_resident(execution);
}

Shard::Resident* Shard::find_resident(ExecutionKey execution) {
    const auto found = residents_.find(execution);
    if (found != residents_.end()) return &found->second;
    auto folded = load(execution);
    if (!folded) return nullptr;
    Resident& resident = make_resident(execution, std::move(folded->program));
    resident.state = std::move(folded->state);
    return &resident;
}

/// Nothing when there is no such execution, it can't be folded, or the store fails.
std::optional<Folded> Shard::load(ExecutionKey execution) {
    auto stored = store_.inputs(execution);
    if (!stored) {
        is_halted_ = true;
        return std::nullopt;
    }
    if (stored->inputs.empty()) return std::nullopt;
    auto* start = std::get_if<ExecutionStarted>(&stored->inputs.front().event);
    GRADUS_ASSERT(start != nullptr);
    start->token_secret =
        execution_token_secret(options_.token_secret, start->identity.execution_arn);
    auto program = dispatcher_.program_of(start->identity);
    if (!program) {
        dispatcher_.troubled(execution, program.error());
        return std::nullopt;
    }
    auto folded = fold(std::move(*program), *stored);
    if (!folded) {
        dispatcher_.troubled(execution, folded.error());
        return std::nullopt;
    }
    return std::move(*folded);
}

bool Shard::has_open(ExecutionKey execution, CommandId command) {
    const auto found = residents_.find(execution);
    if (found != residents_.end()) return found->second.state.open_commands.contains(command);
    const auto record = store_.find_open(execution, command);
    if (!record) is_halted_ = true;
    return record && record->has_value();
}

bool Shard::can_redrive(ExecutionKey execution) {
    const Resident* resident = find_resident(execution);
    return resident != nullptr && is_redrivable(resident->state);
}

const Value* Shard::find_starting(const std::string& execution_arn) const {
    const auto found = starting_.find(execution_arn);
    return found == starting_.end() ? nullptr : &found->second;
}

std::optional<OpenTask> Shard::find_task(ExecutionKey execution, CommandId command) {
    if (!has_open(execution, command)) return std::nullopt;
    const auto folded = load(execution);
    if (!folded) return std::nullopt;
    const auto found = folded->open.find(command);
    if (found == folded->open.end()) return std::nullopt;
    const auto* task = std::get_if<ScheduleTask>(&found->second.command);
    if (task == nullptr) return std::nullopt;
    return OpenTask{folded->state.identity, *task, found->second.past};
}

// --- after a restart -----------------------------------------------------------------------------

void Shard::failed() {
    is_halted_ = true;
    held_.clear();
    lsn_ = committed_;
    std::vector<StoredObject> lost;
    for (auto& [lsn, objects] : std::exchange(uncommitted_objects_, {}))
        std::ranges::move(objects, std::back_inserter(lost));
    objects_.insert(objects_.begin(), lost.begin(), lost.end()); // newer ones behind
}

Result<void> Shard::recover(Timestamp now) {
    GRADUS_ASSERT(!has_uncommitted());
    is_halted_ = true;
    drop_all();
    GRADUS_TRY(const ExecutionKey last, store_.last_key());
    executions_ = std::max(executions_, static_cast<std::uint64_t>(last));
    GRADUS_CHECK(
        store_.visit_open([&](const OpenCommandRecord& record) { recover_one(record, now); }));
    is_halted_ = false;
    return {};
}

/// Everything in memory may be ahead of the store.
void Shard::drop_all() {
    residents_.clear();
    recent_.clear();
    starting_.clear();
    held_.clear();
    timers_ = {};
    cancelled_.clear();
    heartbeats_.clear();
    reissues_.clear();
    // Answers are as good as before; executions whose start nobody confirmed are given up.
    std::erase_if(inbox_, [](const auto& waiting) {
        return std::holds_alternative<ExecutionStarted>(waiting.second);
    });
}

void Shard::recover_one(const OpenCommandRecord& record, Timestamp now) {
    switch (record.kind) {
    case OpenKind::timer: {
        // Whoever sent heartbeats had nobody to send them to.
        const bool is_heartbeat = record.heartbeat_of != CommandId{0};
        StartTimer timer{.command = record.command, .due = record.due};
        if (is_heartbeat) {
            timer.due = now + std::chrono::seconds(record.heartbeat_seconds);
            timer.heartbeat_of = record.heartbeat_of;
            timer.heartbeat_seconds = record.heartbeat_seconds;
        }
        return arm(record.execution, timer);
    }
    case OpenKind::turn: return submit(record.execution, Continued{});
    case OpenKind::task:
        if (!dispatcher_.is_wanted_again(record)) return;
        break;
    case OpenKind::items:
    case OpenKind::child:
    case OpenKind::objects: break;
    }
    if (reissues_.empty() || reissues_.back().execution != record.execution)
        reissues_.push_back({record.execution, {}});
    reissues_.back().commands.push_back(record.command);
}

void Shard::reissue_some() {
    for (std::size_t i = 0; i < reissues_per_tick_max && !reissues_.empty(); ++i) {
        const Reissue wanted = std::move(reissues_.front());
        reissues_.pop_front();
        reissue(wanted);
    }
}

void Shard::reissue(const Reissue& wanted) {
    auto folded = load(wanted.execution);
    if (!folded) return;
    // One that is resident has moved on since the restart, maybe further than the store knows.
    if (!is_resident(wanted.execution)) {
        make_resident(wanted.execution, folded->program).state = std::move(folded->state);
    }
    const Resident& resident = residents_.at(wanted.execution);
    for (const CommandId command : wanted.commands) {
        const auto found = folded->open.find(command);
        if (found == folded->open.end() || !resident.state.open_commands.contains(command))
            continue;
        issue(wanted.execution, resident, found->second.command, found->second.past);
    }
}

} // namespace gradus
