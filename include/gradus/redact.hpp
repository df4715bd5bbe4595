#pragma once
// Masks values in a recording, so that it can be shown to others and still replays equal. What came
// from outside is masked, and the history is derived anew from it. docs/recording.md

#include "gradus/recording.hpp"
#include "gradus/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gradus {

struct Redacted {
    Recording recording;
    std::uint64_t values = 0; // that were masked, wherever they stood
    /// The paths that name nothing in this recording.
    std::vector<std::string> unmatched;
    /// Where a masked text still stands, as it may be in a name or in the definition: "line 1",
    /// "line 3".
    std::vector<std::string> left_over;
};

/// `paths` are JSONPaths ("$.customer.name", "$..password"), applied to whatever came from outside:
/// the execution's input, what tasks answered, each item that was read, outputs of children. What
/// was masked is masked wherever else it came in. Fails with invalid_argument when a path can't be
/// used, and with unsupported when the execution would take another way with the masked values, or
/// the recording doesn't replay equal as it is: the message says where.
Result<Redacted> redact(const Recording& recording, const std::vector<std::string>& paths);

} // namespace gradus
