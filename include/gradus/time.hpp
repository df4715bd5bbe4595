#pragma once
// Points of time. Spans are std::chrono durations.

#include <chrono>

namespace gradus {

/// Milliseconds since 1970-01-01T00:00:00Z: the resolution of histories and of the API.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

inline Timestamp timestamp_of(std::int64_t epoch_milliseconds) {
    return Timestamp(std::chrono::milliseconds(epoch_milliseconds));
}
inline std::int64_t epoch_milliseconds(Timestamp at) { return at.time_since_epoch().count(); }

} // namespace gradus
