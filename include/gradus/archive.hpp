#pragma once
// A store file looked at from beside, also while a server works with it: its executions as
// recordings, and whether each of them is what its inputs lead to. docs/store.md

#include "gradus/recording.hpp"
#include "gradus/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gradus {

/// An execution that isn't what its inputs lead to, or that can't be told.
struct AuditFinding {
    std::string execution_arn;  // or "execution 17" where the store doesn't tell
    std::uint64_t event_id = 0; // where it differs; 0: not in its history
    std::string message;
    bool is_unreadable = false; // its rows can't be read, or its definition doesn't compile
};

struct AuditSummary {
    std::uint64_t executions = 0;
    std::uint64_t inputs = 0;
    std::uint64_t events = 0; // that came out equal
    std::uint64_t differing = 0;
    std::uint64_t unreadable = 0;

    bool is_clean() const { return differing == 0 && unreadable == 0; }
};

/// What a store held when it was opened. For one thread.
class Archive {
public:
    /// Fails when the file isn't a store, or can't be read.
    static Result<Archive> open(const std::string& file);
    ~Archive();
    Archive(Archive&&) noexcept;

    /// Fails when there is no such execution.
    Result<Recording> recording(const std::string& execution_arn);
    /// The executions that an execution started as children of distributed Maps, by ARN.
    Result<std::vector<std::string>> children(const std::string& execution_arn);
    /// Each execution, in the order of their starts; one at a time is in memory. Ends with the
    /// first error, of the visitor or of reading.
    using Visitor = std::function<Result<void>(const Recording& recording)>;
    Result<void> visit(const Visitor& visitor);

    /// Folds the inputs of every execution through the definition that it began with, and compares
    /// to the letter: each event, how it ended, and what it waits for. One pass; what is in memory
    /// is the state of one execution, and the definitions. Fails when the file can't be read.
    using Found = std::function<void(const AuditFinding& finding)>;
    Result<AuditSummary> audit(const Found& found);

    class Impl;

private:
    explicit Archive(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace gradus
