#pragma once
// Tells a run as it happens, in words, with the virtual time: what the handlers note, what events
// arrive and which executions end. And the table at the end.

#include "aws/simulated/simulated_aws.hpp"
#include "gradus/engine.hpp"
#include "workflows/capacity/scorecard.hpp"
#include "workflows/handlers/note.hpp"

#include <functional>
#include <string>

namespace gradus::workflows {

class Story {
public:
    using Print = std::function<void(const std::string& line)>;

    Story(Timestamp start, Print print) : start_(start), print_(std::move(print)) {}

    void tell(Timestamp at, const std::string& region, const std::string& text);
    void note(const Note& note);
    void delivery(const simulated::Delivery& delivery);
    void completed(const ExecutionSummary& execution);

    /// "+00:03:12", "+12d 03:04:05".
    static std::string elapsed(std::chrono::milliseconds span);

private:
    Timestamp start_;
    Print print_;
};

/// Attempts with their reasons (counted by reason when there are many) and the figures.
std::string table(const capacity::Scorecard& card,
                  const std::vector<capacity::AttemptRecord>& attempts, Timestamp start);

/// "2 min 34 s", "1 h 05 min".
std::string span_text(std::chrono::milliseconds span);

} // namespace gradus::workflows
