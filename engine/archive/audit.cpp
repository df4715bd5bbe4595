// One pass over the journal, execution by execution: what is in memory is the fold of one.
#include "engine/archive/archive_impl.hpp"
#include "gradus/json.hpp"
#include "gradus/replay.hpp"
#include "states/replay/exact.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// The fold of the execution whose rows are being read.
struct Audited {
    ExecutionKey key{};
    std::string arn;
    std::shared_ptr<const Program> program;
    std::optional<ExactFold> fold; // borrows the program
    std::optional<AuditFinding> finding;
    bool differs_in_history = false;
};

AuditFinding unreadable(const Audited& audited, const std::string& message) {
    return {.execution_arn = audited.arn, .message = message, .is_unreadable = true};
}

/// Where the row of an execution says otherwise than its fold; empty: nowhere.
std::string difference_in_row(const ExecutionRecord& record, const ExecutionState& state) {
    if (record.status != state.status)
        return "its row says " + std::string(execution_status_name(record.status)) +
               ", its inputs lead to " + std::string(execution_status_name(state.status));
    if (state.status == ExecutionStatus::running) return {};
    if (!is_same_text(record.output, state.output))
        return "its row has another output than its inputs lead to";
    if (record.failure != state.failure)
        return "its row has another error or cause than its inputs lead to";
    return {};
}

std::string difference_in_open(const std::vector<CommandId>& stored, const ExecutionState& state) {
    const bool is_same = std::ranges::equal(stored, state.open_commands, {}, {},
                                            [](const auto& open) { return open.first; });
    if (is_same) return {};
    const auto text = [](CommandId id) {
        return " " + std::to_string(static_cast<std::uint64_t>(id));
    };
    std::string message = "its open commands are";
    for (const CommandId id : stored)
        message += text(id);
    message += ", its inputs lead to";
    for (const auto& [id, open] : state.open_commands)
        message += text(id);
    return message;
}

/// "… /output/n: recorded 1, replayed 2", of the first value that differs.
std::string message_of(const Divergence& divergence) {
    if (divergence.differences.empty()) return divergence.explanation;
    constexpr std::size_t length_max = 80;
    const ValueDifference& first = divergence.differences[0];
    const auto text = [](const std::optional<Value>& value) {
        return value ? to_json(*value).substr(0, length_max) : std::string("nothing");
    };
    return divergence.explanation + " " + first.pointer + ": recorded " + text(first.expected) +
           ", replayed " + text(first.actual);
}

class Audit {
public:
    Audit(Archive::Impl& archive, const Archive::Found& found) : archive_(archive), found_(found) {}

    void take(ExecutionKey key, Result<RecordedInput> entry) {
        if (!current_ || current_->key != key) {
            finish();
            begin(key, entry);
        }
        ++summary_.inputs;
        if (current_->finding || error_) return;
        if (!entry) {
            current_->finding = unreadable(*current_, entry.error().message);
            return;
        }
        const auto difference = current_->fold->take(*entry);
        if (!difference) return;
        current_->differs_in_history = true;
        current_->finding = AuditFinding{.execution_arn = current_->arn};
    }
    Result<AuditSummary> end() {
        finish();
        if (error_) return *error_;
        return summary_;
    }

private:
    void begin(ExecutionKey key, const Result<RecordedInput>& entry) {
        ++summary_.executions;
        Audited& audited = current_.emplace(Audited{.key = key});
        audited.arn = "execution " + std::to_string(static_cast<std::uint64_t>(key));
        if (!entry) return;
        const auto* start = std::get_if<ExecutionStarted>(&entry->input.event);
        if (start == nullptr) {
            audited.finding = unreadable(audited, "its journal doesn't begin with its start");
            return;
        }
        audited.arn = start->identity.execution_arn;
        auto program = archive_.program(start->identity);
        if (!program) {
            audited.finding = unreadable(audited, program.error().message);
            return;
        }
        audited.program = std::move(*program);
        audited.fold.emplace(*audited.program);
    }
    /// Whatever a whole execution shows.
    void finish() {
        if (!current_ || error_) return;
        if (current_->fold) summary_.events += current_->fold->events();
        if (!current_->finding) check_rows();
        if (current_->differs_in_history) explain();
        if (error_ || !current_->finding) return;
        ++(current_->finding->is_unreadable ? summary_.unreadable : summary_.differing);
        found_(*current_->finding);
    }
    void check_rows() {
        const auto record = archive_.reader().find(current_->key);
        const auto open = archive_.reader().open_commands(current_->key);
        if (!record || !open) {
            error_ = record ? open.error() : record.error();
            return;
        }
        const ExecutionState& state = current_->fold->state();
        std::string message =
            *record ? difference_in_row(**record, state) : "it has a journal and no row of its own";
        if (message.empty()) message = difference_in_open(*open, state);
        if (message.empty()) return;
        current_->finding =
            AuditFinding{.execution_arn = current_->arn, .message = std::move(message)};
    }
    /// The whole execution again, which says more.
    void explain() {
        const auto recording = archive_.recording(current_->key);
        if (!recording) {
            current_->finding = unreadable(*current_, recording.error().message);
            return;
        }
        const auto report = replay(*recording);
        GRADUS_ASSERT(report);
        GRADUS_ASSERT(!report->is_equal());
        const Divergence& first = report->divergences[0];
        AuditFinding& finding = *current_->finding;
        finding.event_id = (first.expected ? first.expected : first.actual)->id;
        finding.message = message_of(first);
    }

    Archive::Impl& archive_;
    const Archive::Found& found_;
    std::optional<Audited> current_;
    AuditSummary summary_;
    std::optional<Error> error_;
};

} // namespace

Result<AuditSummary> Archive::audit(const Found& found) {
    Audit audit(*impl_, found);
    GRADUS_CHECK(impl_->reader().visit_journal(
        std::nullopt,
        [&](ExecutionKey key, Result<RecordedInput> entry) { audit.take(key, std::move(entry)); }));
    return audit.end();
}

} // namespace gradus
