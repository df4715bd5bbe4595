#include "engine/shard/shard.hpp"

namespace gradus {

Shard::Shard(Store& store, Dispatcher& dispatcher) : store_(store), dispatcher_(dispatcher) {
    store_.on_committed([this](std::uint64_t lsn) { committed(lsn); });
}

ExecutionKey Shard::create(std::shared_ptr<const Program> program, ExecutionStarted start) {
    const auto key = static_cast<ExecutionKey>(++executions_);
    residents_[key].program = std::move(program);
    inbox_.emplace_back(key, std::move(start));
    return key;
}

void Shard::submit(ExecutionKey execution, Event event) {
    inbox_.emplace_back(execution, std::move(event));
}

bool Shard::tick(Timestamp now) {
    Batch batch;
    // What comes in while this batch is made belongs to the next one.
    for (std::size_t waiting = inbox_.size(); waiting > 0; --waiting) {
        auto [execution, event] = std::move(inbox_.front());
        inbox_.pop_front();
        apply(execution, std::move(event), now, batch);
    }
    while (!timers_.empty() && timers_.top().due <= now) {
        const Timer timer = timers_.top();
        timers_.pop();
        if (!is_stale(timer)) apply(timer.execution, TimerFired{timer.command}, now, batch);
    }
    if (!batch.entries.empty()) {
        batch.lsn = ++lsn_;
        store_.append(std::move(batch));
    }
    return !inbox_.empty();
}

void Shard::apply(ExecutionKey execution, Event event, Timestamp now, Batch& batch) {
    const auto found = residents_.find(execution);
    if (found == residents_.end()) return; // it has ended
    Resident& resident = found->second;
    Effects effects;
    JournalEntry entry{.execution = execution, .input = {now, std::move(event)}};
    step(*resident.program, resident.state, entry.input, effects);
    if (effects.history.empty() && effects.commands.empty() && effects.map_runs.empty())
        return; // refused: nothing to keep
    entry.history = std::move(effects.history);
    entry.map_runs = std::move(effects.map_runs);
    for (const Command& command : effects.commands) {
        if (const auto* completion = std::get_if<CompleteExecution>(&command))
            entry.completion = *completion;
    }
    held_[lsn_ + 1].push_back({execution, std::move(effects.commands)});
    batch.entries.push_back(std::move(entry));
}

void Shard::committed(std::uint64_t lsn) {
    while (!held_.empty() && held_.begin()->first <= lsn) {
        const std::vector<Held> batch = std::move(held_.begin()->second);
        held_.erase(held_.begin());
        for (const Held& held : batch)
            release(held);
    }
}

void Shard::release(const Held& held) {
    dispatcher_.recorded(held.execution);
    const auto found = residents_.find(held.execution);
    for (const Command& command : held.commands) {
        if (const auto* task = std::get_if<ScheduleTask>(&command)) {
            if (found == residents_.end()) continue;
            dispatcher_.schedule(held.execution, found->second.state.identity, *task);
        } else if (const auto* read = std::get_if<ReadItems>(&command)) {
            dispatcher_.read_items(held.execution, *read);
        } else if (const auto* child = std::get_if<StartChild>(&command)) {
            if (found == residents_.end()) continue;
            dispatcher_.start_child(held.execution, found->second.program, *child);
        } else if (const auto* write = std::get_if<WriteObjects>(&command)) {
            dispatcher_.write_objects(held.execution, *write);
        } else if (const auto* timer = std::get_if<StartTimer>(&command)) {
            arm(held.execution, *timer);
        } else if (const auto* cancelled = std::get_if<CancelCommand>(&command)) {
            heartbeats_.erase({held.execution, cancelled->command});
            dispatcher_.cancel(held.execution, cancelled->command);
        } else if (const auto* completion = std::get_if<CompleteExecution>(&command)) {
            heartbeats_.erase(heartbeats_.lower_bound({held.execution, CommandId{0}}),
                              heartbeats_.upper_bound({held.execution, CommandId{UINT64_MAX}}));
            residents_.erase(held.execution);
            dispatcher_.completed(held.execution, *completion);
        } else {
            submit(held.execution, Continued{});
        }
    }
}

void Shard::arm(ExecutionKey execution, const StartTimer& timer) {
    timers_.push({timer.due, ++timers_set_, execution, timer.command});
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
    timers_.push({heartbeat.due, ++timers_set_, execution, heartbeat.timer});
    return true;
}

// Timers are never taken out of the heap. One is stale when nobody waits for it any more, or when a
// heartbeat has moved it on since.
bool Shard::is_stale(const Timer& timer) const {
    if (!has_open(timer.execution, timer.command)) return true;
    const auto from = heartbeats_.lower_bound({timer.execution, CommandId{0}});
    for (auto at = from; at != heartbeats_.end() && at->first.first == timer.execution; ++at) {
        if (at->second.timer == timer.command) return at->second.due != timer.due;
    }
    return false;
}

bool Shard::has_open(ExecutionKey execution, CommandId command) const {
    const auto found = residents_.find(execution);
    return found != residents_.end() && found->second.state.open_commands.contains(command);
}

std::optional<Timestamp> Shard::next_due() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.top().due;
}

} // namespace gradus
