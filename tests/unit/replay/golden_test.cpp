// Recordings made by every version of the format so far: each reads, says the same again, and
// replays equal. Files are added for a new version, and never changed.
#include "gradus/json.hpp"
#include "gradus/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace gradus {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(GRADUS_SOURCE_DIR) / "tests/golden/recordings";

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<fs::path> files_of(const std::string& version) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(golden / version))
        out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
}

TEST(GoldenRecordings, of_all_versions_replay_equal) {
    for (std::uint64_t version = 1; version <= recording_version; ++version) {
        for (const fs::path& file : files_of("version-" + std::to_string(version))) {
            SCOPED_TRACE(file.filename());
            const auto recording = read_recording(text_of(file));
            ASSERT_TRUE(recording) << recording.error().message;
            const auto report = replay(*recording);
            ASSERT_TRUE(report) << report.error().message;
            for (const Divergence& one : report->divergences)
                ADD_FAILURE() << one.explanation << " after " << one.trigger.text;
            EXPECT_GE(report->events, 3U);
            EXPECT_EQ(report->replayed.status, recording->status);
        }
    }
}

TEST(GoldenRecordings, of_this_version_are_written_as_they_were_read) {
    for (const fs::path& file : files_of("version-" + std::to_string(recording_version))) {
        SCOPED_TRACE(file.filename());
        const std::string text = text_of(file);

        const auto recording = read_recording(text);

        ASSERT_TRUE(recording) << recording.error().message;
        EXPECT_EQ(recording_text(*recording), text);
    }
}

TEST(GoldenRecordings, show_what_happened_in_each) {
    std::map<std::string, std::string> ends;
    for (const fs::path& file : files_of("version-1")) {
        const auto recording = read_recording(text_of(file));
        ASSERT_TRUE(recording) << recording.error().message;
        std::size_t events = 0;
        for (const RecordedInput& entry : recording->inputs)
            events += entry.history.size();
        ends[file.stem().string()] = std::string(execution_status_name(recording->status)) + " " +
                                     std::to_string(recording->inputs.size()) + " " +
                                     std::to_string(events);
    }

    EXPECT_EQ(ends, (std::map<std::string, std::string>{
                        // status, inputs, events
                        {"callback", "SUCCEEDED 3 11"},
                        {"distributed-map", "SUCCEEDED 4 8"},
                        {"distributed-map-child-0", "SUCCEEDED 2 7"},
                        {"distributed-map-child-1", "SUCCEEDED 2 7"},
                        {"distributed-map-child-2", "FAILED 2 6"},
                        {"goes-on", "RUNNING 1 3"},
                        {"map-in-jsonata", "SUCCEEDED 4 41"},
                        {"parallel", "SUCCEEDED 6 29"},
                        {"redriven", "FAILED 9 19"},
                        {"retry-and-catch", "FAILED 7 21"},
                        {"times-out", "TIMED_OUT 5 11"},
                    }));
}

} // namespace
} // namespace gradus
