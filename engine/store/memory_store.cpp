#include "engine/store/store.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

namespace gradus {
namespace {

class MemoryStore final : public Store {
public:
    explicit MemoryStore(EndedHistories ended) : ended_(ended) {}

    void on_committed(Committed committed) override { committed_ = std::move(committed); }

    void append(Batch batch) override {
        for (JournalEntry& entry : batch.entries)
            apply(entry);
        if (committed_) committed_(batch.lsn);
    }

    const ExecutionRecord* find(ExecutionKey key) const override {
        const auto found = executions_.find(key);
        return found == executions_.end() ? nullptr : &found->second.record;
    }
    const ExecutionRecord* find_by_arn(const std::string& arn) const override {
        const auto found = by_arn_.find(arn);
        return found == by_arn_.end() ? nullptr : find(found->second);
    }
    std::vector<const ExecutionRecord*> list(const std::string& state_machine_arn,
                                             std::optional<ExecutionStatus> status) const override {
        std::vector<const ExecutionRecord*> out;
        for (const auto& [key, kept] : executions_) {
            const ExecutionRecord& record = kept.record;
            if (!state_machine_arn.empty() &&
                record.identity.state_machine_arn != state_machine_arn)
                continue;
            if (!status || record.status == *status) out.push_back(&record);
        }
        std::ranges::reverse(out);
        return out;
    }
    std::vector<const ExecutionRecord*>
    children(const std::string& map_run_arn, std::optional<ExecutionStatus> status) const override {
        std::vector<const ExecutionRecord*> out;
        for (const auto& [key, kept] : executions_) {
            const ExecutionRecord& record = kept.record;
            if (record.identity.map_run_arn != map_run_arn) continue;
            if (!status || record.status == *status) out.push_back(&record);
        }
        std::ranges::reverse(out);
        return out;
    }
    const MapRunRecord* find_map_run(const std::string& map_run_arn) const override {
        const auto found = std::ranges::find(map_runs_, map_run_arn, &MapRunRecord::map_run_arn);
        return found == map_runs_.end() ? nullptr : &*found;
    }
    std::vector<const MapRunRecord*> map_runs(const std::string& execution_arn) const override {
        std::vector<const MapRunRecord*> out;
        for (const MapRunRecord& run : map_runs_) {
            if (run.execution_arn == execution_arn) out.push_back(&run);
        }
        std::ranges::reverse(out);
        return out;
    }
    const std::vector<HistoryEvent>& history(ExecutionKey key) const override {
        static const std::vector<HistoryEvent> none;
        const auto found = executions_.find(key);
        return found == executions_.end() ? none : found->second.history;
    }

private:
    struct Kept {
        ExecutionRecord record;
        std::vector<HistoryEvent> history;
    };

    void apply(JournalEntry& entry) {
        Kept& kept = executions_[entry.execution];
        if (const auto* started = std::get_if<ExecutionStarted>(&entry.input.event)) {
            kept.record.key = entry.execution;
            kept.record.identity = started->identity;
            kept.record.input = started->input;
            kept.record.started_at = entry.input.at;
            by_arn_.emplace(started->identity.execution_arn, entry.execution);
        }
        for (HistoryEvent& event : entry.history)
            kept.history.push_back(std::move(event));
        for (MapRunRecord& run : entry.map_runs) {
            const auto same =
                std::ranges::find(map_runs_, run.map_run_arn, &MapRunRecord::map_run_arn);
            if (same == map_runs_.end())
                map_runs_.push_back(std::move(run));
            else
                *same = std::move(run);
        }
        if (!entry.completion) return;
        kept.record.status = entry.completion->status;
        kept.record.output = entry.completion->output;
        kept.record.failure = entry.completion->failure;
        kept.record.stopped_at = entry.input.at;
        if (ended_ == EndedHistories::drop) std::vector<HistoryEvent>().swap(kept.history);
    }

    EndedHistories ended_;
    Committed committed_;
    std::map<ExecutionKey, Kept> executions_; // in order of their starts
    std::unordered_map<std::string, ExecutionKey> by_arn_;
    std::deque<MapRunRecord> map_runs_; // in order of their starts
};

} // namespace

std::unique_ptr<Store> make_memory_store(EndedHistories ended) {
    return std::make_unique<MemoryStore>(ended);
}

} // namespace gradus
