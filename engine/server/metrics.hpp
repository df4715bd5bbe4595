#pragma once
// What has happened, counted: the text that Prometheus collects. The counts mean what the metrics
// of the namespace AWS/States mean. AWS, "Monitoring Step Functions metrics using CloudWatch".

#include "gradus/engine.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace gradus {

class Metrics {
public:
    /// Counts from now on what happens in the engine, which must not run any more once this is
    /// gone.
    explicit Metrics(Engine& engine);

    /// An answer to a request of the API; `error` is empty when it worked.
    void count_request(std::string_view operation, std::string_view error);

    /// In Prometheus' text format, version 0.0.4; names and labels in alphabetical order.
    std::string text() const;

private:
    /// Upper bounds of execution times, in seconds.
    static constexpr std::array<double, 8> time_bounds{0.01, 0.1, 1, 10, 60, 600, 3600, 86400};
    struct Times {
        std::array<std::uint64_t, time_bounds.size()> up_to{};
        std::uint64_t count = 0;
        double seconds = 0;
    };

    void count(const std::string& name, const std::string& labels) { ++counters_[name][labels]; }
    void count_event(const ExecutionIdentity& identity, const HistoryEvent& event);
    void count_time(const ExecutionSummary& execution);

    std::map<std::string, std::map<std::string, std::uint64_t>> counters_; // by name, then labels
    std::map<std::string, Times> times_;                                   // by labels
};

} // namespace gradus
