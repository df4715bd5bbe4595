#pragma once
// The engine checked by replay: an execution that it ran, taken through the text of its recording,
// must come out as it was.

#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/replay.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradus::test {

inline void expect_replays_equal(const Recording& recording) {
    const auto read = read_recording(recording_text(recording));
    ASSERT_TRUE(read) << read.error().message;
    const auto report = replay(*read);
    ASSERT_TRUE(report) << report.error().message;
    for (const Divergence& one : report->divergences)
        ADD_FAILURE() << start_of(recording).identity.execution_arn << ": " << one.explanation
                      << "\nafter " << one.trigger.text << ", event "
                      << (one.expected ? one.expected->id : one.actual->id);
}

inline void expect_replays_equal(const Engine& engine, const std::string& execution_arn) {
    const auto recording = engine.recording(execution_arn);
    ASSERT_TRUE(recording) << recording.error().message;
    expect_replays_equal(*recording);
}

} // namespace gradus::test
