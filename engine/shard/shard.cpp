#include "engine/shard/shard.hpp"

#include "engine/shard/task_tokens.hpp"

namespace gradus {
namespace {

/// Timers that one batch takes at most, so that a million of one time don't hold everything up.
/// Ours.
constexpr std::size_t timers_per_tick_max = 1'000;

} // namespace

Shard::Shard(Store& store, Dispatcher& dispatcher, ShardOptions options)
    : store_(store), dispatcher_(dispatcher), options_(std::move(options)) {}

// --- what comes in -------------------------------------------------------------------------------

ExecutionKey Shard::create(std::shared_ptr<const Program> program, ExecutionStarted start) {
    const auto key = static_cast<ExecutionKey>(++executions_);
    start.token_secret =
        execution_token_secret(options_.token_secret, start.identity.execution_arn);
    // Not in the store yet, so it mustn't be parked.
    make_resident(key, std::move(program)).uncommitted = 1;
    starting_.emplace(start.identity.execution_arn, start.input);
    inbox_.emplace_back(key, std::move(start));
    return key;
}

void Shard::submit(ExecutionKey execution, Event event) {
    inbox_.emplace_back(execution, std::move(event));
}

void Shard::keep(StoredObject object) { objects_.push_back(std::move(object)); }

bool Shard::tick(Timestamp now) {
    if (is_halted_) return false;
    Batch batch;
    // What comes in while this batch is made belongs to the next one.
    for (std::size_t waiting = inbox_.size(); waiting > 0 && !is_halted_; --waiting) {
        auto [execution, event] = std::move(inbox_.front());
        inbox_.pop_front();
        apply(execution, std::move(event), now, batch);
    }
    std::size_t fired = 0;
    while (!is_halted_ && !timers_.empty() && timers_.top().due <= now &&
           fired < timers_per_tick_max) {
        const Timer timer = timers_.top();
        timers_.pop();
        if (is_stale(timer)) continue;
        ++fired;
        apply(timer.execution, TimerFired{timer.command}, now, batch);
    }
    if (is_halted_) return false;
    batch.objects = std::exchange(objects_, {});
    if (!batch.entries.empty() || !batch.objects.empty()) {
        batch.lsn = ++lsn_;
        if (!batch.objects.empty()) uncommitted_objects_[batch.lsn] = batch.objects;
        store_.append(std::move(batch));
    }
    reissue_some();
    park();
    sweep_timers();
    const bool has_due = !timers_.empty() && timers_.top().due <= now;
    return !is_halted_ && (!inbox_.empty() || !reissues_.empty() || has_due);
}

void Shard::apply(ExecutionKey execution, Event event, Timestamp now, Batch& batch) {
    Resident* resident = resident_for(execution, event);
    if (resident == nullptr) return;
    recent_.splice(recent_.begin(), recent_, resident->place);
    const bool is_new = std::holds_alternative<ExecutionStarted>(event);
    Effects effects;
    JournalEntry entry{.execution = execution, .input = {now, std::move(event)}};
    step(*resident->program, resident->state, entry.input, effects);
    if (effects.history.empty() && effects.commands.empty() && effects.map_runs.empty()) {
        const bool has_ended = resident->state.status != ExecutionStatus::running;
        if (has_ended && resident->uncommitted == 0) forget(execution);
        return; // refused: nothing to keep
    }
    if (!is_new) ++resident->uncommitted; // a new one was counted when it was created
    if (auto* start = std::get_if<ExecutionStarted>(&entry.input.event))
        start->token_secret.clear();
    for (const Command& command : effects.commands) {
        if (const auto* completion = std::get_if<CompleteExecution>(&command))
            entry.completion = *completion;
    }
    if (!entry.completion) {
        entry.closed = closed_commands(resident->state, entry.input.event, effects.commands);
        entry.opened = opened_commands(execution, resident->state, effects.commands);
    }
    Held held{.execution = execution, .at = now, .commands = std::move(effects.commands)};
    if (dispatcher_.observes_history()) held.history = effects.history;
    held_[lsn_ + 1].push_back(std::move(held));
    entry.history = std::move(effects.history);
    entry.history_events = resident->state.history_events;
    entry.map_runs = std::move(effects.map_runs);
    batch.entries.push_back(std::move(entry));
}

// --- what goes out -------------------------------------------------------------------------------

void Shard::committed(std::uint64_t lsn) {
    committed_ = lsn;
    uncommitted_objects_.erase(uncommitted_objects_.begin(), uncommitted_objects_.upper_bound(lsn));
    while (!is_halted_ && !held_.empty() && held_.begin()->first <= lsn) {
        const std::vector<Held> batch = std::move(held_.begin()->second);
        held_.erase(held_.begin());
        for (const Held& held : batch)
            release(held);
    }
}

void Shard::release(const Held& held) {
    Resident& resident = residents_.at(held.execution); // stays: parking is for between ticks
    --resident.uncommitted;
    if (!starting_.empty()) starting_.erase(resident.state.identity.execution_arn);
    if (!held.history.empty())
        dispatcher_.recorded(resident.state.identity, resident.state.redrives, held.history);
    for (const Command& command : held.commands) {
        if (const auto* timer = std::get_if<StartTimer>(&command)) {
            arm(held.execution, *timer);
        } else if (const auto* cancelled = std::get_if<CancelCommand>(&command)) {
            cancel_timer(held.execution, cancelled->command);
            dispatcher_.cancel(held.execution, cancelled->command);
        } else if (std::holds_alternative<CompleteExecution>(command)) {
            heartbeats_.erase(heartbeats_.lower_bound({held.execution, CommandId{0}}),
                              heartbeats_.upper_bound({held.execution, CommandId{UINT64_MAX}}));
            dispatcher_.completed(held.execution, resident.state, held.at);
        } else if (std::holds_alternative<ContinueLater>(command)) {
            submit(held.execution, Continued{});
        } else {
            issue(held.execution, resident, command, {});
        }
    }
    const bool has_ended = resident.state.status != ExecutionStatus::running;
    if (has_ended && resident.uncommitted == 0) forget(held.execution);
}

void Shard::issue(ExecutionKey execution, const Resident& resident, const Command& command,
                  const TaskPast& past) {
    if (const auto* task = std::get_if<ScheduleTask>(&command)) {
        dispatcher_.schedule(execution, resident.state.identity, *task, past);
    } else if (const auto* read = std::get_if<ReadItems>(&command)) {
        dispatcher_.read_items(execution, *read);
    } else if (const auto* child = std::get_if<StartChild>(&command)) {
        dispatcher_.start_child(execution, resident.program, *child, past);
    } else if (const auto* write = std::get_if<WriteObjects>(&command)) {
        dispatcher_.write_objects(execution, *write);
    }
}

// --- timers --------------------------------------------------------------------------------------

void Shard::arm(ExecutionKey execution, const StartTimer& timer) {
    timers_.push({timer.due, execution, timer.command});
    if (timer.heartbeat_of) {
        heartbeats_[{execution, *timer.heartbeat_of}] = {timer.command, timer.heartbeat_seconds,
                                                         timer.due};
    }
}

bool Shard::heartbeat(ExecutionKey execution, CommandId task, Timestamp now) {
    if (!has_open(execution, task)) return false;
    const auto found = heartbeats_.find({execution, task});
    if (found == heartbeats_.end()) return true; // the state asks for none
    Heartbeat& heartbeat = found->second;
    heartbeat.due = now + std::chrono::seconds(heartbeat.seconds);
    timers_.push({heartbeat.due, execution, heartbeat.timer});
    return true;
}

/// The command may be a timer, or a task that a heartbeat's timer watches.
void Shard::cancel_timer(ExecutionKey execution, CommandId command) {
    cancelled_.emplace(execution, command);
    auto at = heartbeats_.lower_bound({execution, CommandId{0}});
    while (at != heartbeats_.end() && at->first.first == execution) {
        const bool is_it = at->first.second == command || at->second.timer == command;
        at = is_it ? heartbeats_.erase(at) : std::next(at);
    }
}

// Timers are taken out of the heap all together, from time to time. Until then one is stale when it
// was cancelled, or when a heartbeat has moved it on since.
bool Shard::is_stale(const Timer& timer) const {
    if (cancelled_.contains({timer.execution, timer.command})) return true;
    const auto from = heartbeats_.lower_bound({timer.execution, CommandId{0}});
    for (auto at = from; at != heartbeats_.end() && at->first.first == timer.execution; ++at) {
        if (at->second.timer == timer.command) return at->second.due != timer.due;
    }
    return false;
}

// Executions that end early leave timers that are due in a year. Swept whenever many are cancelled,
// the heap stays as large as what is waited for, at a constant cost for each timer.
void Shard::sweep_timers() {
    constexpr std::size_t few = 256;
    if (cancelled_.size() < timers_.size() / 2 + few) return;
    std::vector<Timer> live;
    for (; !timers_.empty(); timers_.pop()) {
        if (!is_stale(timers_.top())) live.push_back(timers_.top());
    }
    timers_ = decltype(timers_)(std::greater<>{}, std::move(live));
    cancelled_.clear();
}

std::optional<Timestamp> Shard::next_due() const {
    if (timers_.empty() || is_halted_) return std::nullopt;
    return timers_.top().due;
}

} // namespace gradus
