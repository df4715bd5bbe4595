#include "engine/store/store.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

namespace gradus {
namespace {

bool is_wanted(const ExecutionRecord& record, const ExecutionQuery& query) {
    const ExecutionIdentity& identity = record.identity;
    const auto is_of = [](const std::string& wanted, const std::string& found) {
        return wanted.empty() || wanted == found;
    };
    if (!is_of(query.state_machine_arn, identity.state_machine_arn)) return false;
    if (!is_of(query.map_run_arn, identity.map_run_arn)) return false;
    if (!is_of(query.qualified_arn, identity.state_machine_version_arn) &&
        !is_of(query.qualified_arn, identity.state_machine_alias_arn))
        return false;
    if (query.status && *query.status != record.status) return false;
    return !query.is_redriven || *query.is_redriven == (record.redrives > 0);
}

class MemoryStore final : public Store {
public:
    explicit MemoryStore(EndedHistories ended) : ended_(ended) {}

    void on_committed(Committed committed) override { committed_ = std::move(committed); }
    void on_failed(Failed) override {} // memory doesn't

    void append(Batch batch) override {
        for (StoredObject& object : batch.objects)
            put(std::move(object));
        for (JournalEntry& entry : batch.entries)
            apply(entry);
        if (committed_) committed_(batch.lsn);
    }

    std::optional<ExecutionRecord> find(ExecutionKey key) const override {
        const auto found = executions_.find(key);
        if (found == executions_.end()) return std::nullopt;
        return found->second.record;
    }
    std::optional<ExecutionKey> find_key(const std::string& arn) const override {
        const auto found = by_arn_.find(arn);
        if (found == by_arn_.end()) return std::nullopt;
        return found->second;
    }
    std::vector<ExecutionRecord> list(const ExecutionQuery& query) const override {
        std::vector<ExecutionRecord> out;
        auto at = executions_.lower_bound(query.below);
        while (at != executions_.begin() && out.size() < query.limit) {
            const ExecutionRecord& record = (--at)->second.record;
            if (is_wanted(record, query)) out.push_back(record);
        }
        return out;
    }
    std::optional<MapRunRecord> find_map_run(const std::string& map_run_arn) const override {
        const auto found = std::ranges::find(map_runs_, map_run_arn, &MapRunRecord::map_run_arn);
        if (found == map_runs_.end()) return std::nullopt;
        return *found;
    }
    std::vector<MapRunRecord> map_runs(const std::string& execution_arn) const override {
        std::vector<MapRunRecord> out;
        for (const MapRunRecord& run : map_runs_) {
            if (run.execution_arn == execution_arn) out.push_back(run);
        }
        std::ranges::reverse(out);
        return out;
    }
    std::vector<HistoryEvent> history(ExecutionKey key, std::uint64_t first,
                                      std::size_t limit) const override {
        const auto found = executions_.find(key);
        if (found == executions_.end()) return {};
        const std::vector<HistoryEvent>& all = found->second.history; // ids are dense, from 1
        const std::size_t begin = std::min<std::size_t>(first - 1, all.size());
        const std::size_t end = begin + std::min(limit, all.size() - begin);
        return {all.begin() + static_cast<std::ptrdiff_t>(begin),
                all.begin() + static_cast<std::ptrdiff_t>(end)};
    }

    Result<ExecutionKey> last_key() const override {
        return executions_.empty() ? ExecutionKey{0} : executions_.rbegin()->first;
    }
    Result<StoredInputs> inputs(ExecutionKey key) const override {
        const auto found = executions_.find(key);
        if (found == executions_.end()) return StoredInputs{};
        return StoredInputs{found->second.inputs, found->second.record.history_size};
    }
    Result<std::optional<OpenCommandRecord>> find_open(ExecutionKey key,
                                                       CommandId command) const override {
        const auto found = open_.find({key, command});
        if (found == open_.end()) return std::optional<OpenCommandRecord>();
        return std::optional(found->second);
    }
    Result<void> visit_open(const OpenVisitor& visit) const override {
        for (const auto& [name, record] : open_)
            visit(record);
        return {};
    }
    Result<std::vector<StoredObject>> objects() const override {
        std::vector<StoredObject> out;
        for (const auto& [name, document] : objects_)
            out.push_back({name.first, name.second, document});
        return out;
    }

private:
    struct Kept {
        ExecutionRecord record;
        std::vector<HistoryEvent> history;
        std::vector<Input> inputs;
    };

    void put(StoredObject object) {
        std::pair name{std::move(object.kind), std::move(object.name)};
        if (object.document.is_null())
            objects_.erase(name);
        else
            objects_.insert_or_assign(std::move(name), std::move(object.document));
    }

    void apply(JournalEntry& entry) {
        Kept& kept = executions_[entry.execution];
        if (const auto* started = std::get_if<ExecutionStarted>(&entry.input.event)) {
            kept.record.key = entry.execution;
            kept.record.identity = started->identity;
            kept.record.input = started->input;
            kept.record.started_at = entry.input.at;
            by_arn_.emplace(started->identity.execution_arn, entry.execution);
        }
        if (std::holds_alternative<RedriveRequested>(entry.input.event)) {
            kept.record.status = ExecutionStatus::running;
            kept.record.failure = {};
            kept.record.stopped_at.reset();
            kept.record.redriven_at = entry.input.at;
            ++kept.record.redrives;
        }
        kept.record.history_size = entry.history_events;
        for (HistoryEvent& event : entry.history)
            kept.history.push_back(std::move(event));
        for (MapRunRecord& run : entry.map_runs)
            put(std::move(run));
        apply_open(entry);
        const Timestamp at = entry.input.at;
        kept.inputs.push_back(std::move(entry.input));
        if (!entry.completion) return;
        kept.record.status = entry.completion->status;
        kept.record.output = entry.completion->output;
        kept.record.failure = entry.completion->failure;
        kept.record.stopped_at = at;
        if (ended_ == EndedHistories::keep) return;
        std::vector<HistoryEvent>().swap(kept.history);
        std::vector<Input>().swap(kept.inputs);
    }

    void put(MapRunRecord run) {
        const auto same = std::ranges::find(map_runs_, run.map_run_arn, &MapRunRecord::map_run_arn);
        if (same == map_runs_.end())
            map_runs_.push_back(std::move(run));
        else
            *same = std::move(run);
    }

    void apply_open(JournalEntry& entry) {
        const ExecutionKey key = entry.execution;
        if (entry.completion) {
            open_.erase(open_.lower_bound({key, CommandId{0}}),
                        open_.upper_bound({key, CommandId{UINT64_MAX}}));
            return;
        }
        if (std::holds_alternative<Continued>(entry.input.event)) // it had its turn
            open_.erase(std::pair(key, CommandId{0}));
        for (const CommandId command : entry.closed)
            open_.erase(std::pair(key, command));
        if (const auto* started = std::get_if<TaskStarted>(&entry.input.event))
            advance(key, started->command, TaskProgress::started);
        if (const auto* submitted = std::get_if<TaskSubmitted>(&entry.input.event))
            advance(key, submitted->command, TaskProgress::submitted);
        for (OpenCommandRecord& opened : entry.opened) {
            const std::pair name{key, opened.command};
            open_.insert_or_assign(name, std::move(opened));
        }
    }

    void advance(ExecutionKey key, CommandId command, TaskProgress progress) {
        const auto found = open_.find({key, command});
        if (found != open_.end()) found->second.progress = progress;
    }

    EndedHistories ended_;
    Committed committed_;
    std::map<ExecutionKey, Kept> executions_; // in order of their starts
    std::unordered_map<std::string, ExecutionKey> by_arn_;
    std::deque<MapRunRecord> map_runs_; // in order of their starts
    std::map<std::pair<ExecutionKey, CommandId>, OpenCommandRecord> open_;
    std::map<std::pair<std::string, std::string>, Value> objects_; // by kind and name
};

} // namespace

std::unique_ptr<Store> make_memory_store(EndedHistories ended) {
    return std::make_unique<MemoryStore>(ended);
}

} // namespace gradus
