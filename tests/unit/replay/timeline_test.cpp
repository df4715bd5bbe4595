#include "gradus/replay.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

Timeline of(const Recorder& recorder) {
    auto timeline = make_timeline(recorder.recording());
    if (!timeline) ADD_FAILURE() << timeline.error().message;
    return *timeline;
}

constexpr std::string_view with_variables =
    R"({"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x":1},"Next":"B"},
    "B":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets","TimeoutSeconds":60,
    "Assign":{"y.$":"$.r"},"Next":"C"},"C":{"Type":"Pass","Parameters":{"z.$":"$y"},"End":true}}})";

TEST(Timeline, shows_data_and_variables_at_each_event) {
    Recorder recorder(with_variables, R"({"n":1})");
    recorder.at_second(5).answer("B", R"({"r":7})");

    const Timeline timeline = of(recorder);

    ASSERT_EQ(timeline.history().size(), 11U);
    const TimelineView start = timeline.at(0);
    EXPECT_EQ(start.state, "");
    EXPECT_TRUE(start.context.is_null());
    const TimelineView entered = timeline.at(1);
    EXPECT_EQ(entered.state, "A");
    EXPECT_EQ(to_json(entered.input), R"({"n":1})");
    EXPECT_EQ(to_json(entered.variables), "{}");
    EXPECT_EQ(to_json(timeline.at(2).variables), R"({"x":1})");
    const TimelineView scheduled = timeline.at(4);
    EXPECT_EQ(scheduled.event.type, HistoryEventType::task_scheduled);
    EXPECT_EQ(scheduled.state, "B");
    EXPECT_EQ(to_json(scheduled.input), R"({"n":1})");
    EXPECT_EQ(to_json(scheduled.variables), R"({"x":1})");
    ASSERT_EQ(scheduled.waiting.size(), 2U);
    EXPECT_EQ(scheduled.waiting[0].what, "the answer of the task");
    EXPECT_EQ(scheduled.waiting[0].state, "B");
    EXPECT_EQ(scheduled.waiting[1].due, timestamp_of(60'000));
    EXPECT_EQ(to_json(timeline.at(7).variables), R"({"x":1,"y":7})");
    const Value context = timeline.at(7).context;
    EXPECT_EQ(to_json(context["State"]),
              R"({"Name":"B","EnteredTime":"1970-01-01T00:00:00Z","RetryCount":0})");
    const TimelineView end = timeline.at(10);
    EXPECT_EQ(end.status, ExecutionStatus::succeeded);
    EXPECT_TRUE(end.waiting.empty());
}

TEST(Timeline, shows_each_iteration_by_itself) {
    Recorder recorder(R"({"StartAt":"Each","States":{"Each":{"Type":"Map","End":true,
        "ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"me.$":"$"},
        "Next":"B"},"B":{"Type":"Wait","Seconds":1,"End":true}}}}}})",
                      "[10,20]");

    const Timeline timeline = of(recorder);

    const auto& history = timeline.history();
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < history.size(); ++i) {
        const TimelineView view = timeline.at(i);
        if (view.event.type != HistoryEventType::wait_state_entered) continue;
        seen.push_back(view.branch + " " + to_json(view.variables) + " " + to_json(view.input));
    }
    EXPECT_EQ(seen, (std::vector<std::string>{R"(Each, iteration 0 {"me":10} 10)",
                                              R"(Each, iteration 1 {"me":20} 20)"}));
}

TEST(Timeline, of_another_definition_is_that_run) {
    Recorder recorder(with_variables, R"({"n":1})");
    recorder.answer("B", R"({"r":7})");
    std::string edited(with_variables);
    edited.replace(edited.find(R"("x":1)"), 5, R"("x":2)");

    const auto report = replay(recorder.recording(), edited);

    ASSERT_TRUE(report) << report.error().message;
    ASSERT_TRUE(report->timeline);
    EXPECT_EQ(to_json(report->timeline->at(2).variables), R"({"x":2})");
}

} // namespace
} // namespace gradus::test
