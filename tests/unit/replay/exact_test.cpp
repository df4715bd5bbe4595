// Recordings of gradus replayed against their own definition: to the letter.
#include "gradus/replay.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

constexpr std::string_view two_states =
    R"x({"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets",
    "Next":"B"},"B":{"Type":"Pass","Parameters":{"n.$":"$.n","id.$":"States.UUID()"},"End":true}}})x";

Recording two_steps() {
    Recorder recorder(two_states, "{}");
    return recorder.at_second(2).answer("A", R"({"n":12345678901234567890})").recording();
}

ReplayReport replayed(const Recording& recording, const ReplayOptions& options = {}) {
    auto report = replay(recording, options);
    if (!report) ADD_FAILURE() << report.error().message;
    return report ? std::move(*report) : ReplayReport{};
}

/// The recording with a part of its text replaced.
Recording with(const Recording& recording, std::string_view part, std::string_view instead) {
    std::string text = recording_text(recording);
    const std::size_t at = text.find(part);
    if (at == std::string::npos) ADD_FAILURE() << part << " isn't in " << text;
    text.replace(at, part.size(), instead);
    auto changed = read_recording(text);
    if (!changed) ADD_FAILURE() << changed.error().message;
    return *changed;
}

TEST(ExactReplay, of_a_recording_is_equal_draws_included) {
    const ReplayReport report = replayed(*read_recording(recording_text(two_steps())));

    EXPECT_TRUE(report.is_equal());
    EXPECT_EQ(report.events, 9U);
    EXPECT_EQ(report.replayed.status, ExecutionStatus::succeeded);
    EXPECT_EQ(report.recorded.output, report.replayed.output);
}

TEST(ExactReplay, notices_the_last_digit) {
    const Recording changed =
        with(two_steps(), R"(\"n\":12345678901234567890,)", R"(\"n\":12345678901234567891,)");

    const ReplayReport report = replayed(changed);

    ASSERT_EQ(report.divergences.size(), 1U);
    const Divergence& one = report.divergences[0];
    EXPECT_EQ(one.kind, DivergenceKind::other_details);
    ASSERT_EQ(one.differences.size(), 1U);
    EXPECT_EQ(one.differences[0].pointer, "/output/n");
    EXPECT_EQ(to_json(*one.differences[0].expected), "12345678901234567891");
    EXPECT_EQ(one.state, "B");
    EXPECT_EQ(one.pointer, "/States/B/Parameters/n.$");
    EXPECT_EQ(one.position, (TextPosition{2, 56}));
    EXPECT_EQ(one.trigger.text, "TaskSucceeded of A");
    EXPECT_EQ(one.trigger.input, 2U);
    EXPECT_EQ(one.trigger.event_id, 5U);
    EXPECT_EQ(report.events, 7U);
}

TEST(ExactReplay, notices_events_that_are_others_or_missing_or_too_many) {
    const Recording good = two_steps();
    const Divergence other =
        replayed(with(good, R"("type":"PassStateExited")", R"("type":"ChoiceStateExited")"))
            .divergences.at(0);
    EXPECT_EQ(other.kind, DivergenceKind::other_event);
    EXPECT_EQ(other.explanation,
              "The recorded execution has ChoiceStateExited here; this one has PassStateExited.");

    Recording shorter = good;
    shorter.inputs[1].history.pop_back();
    EXPECT_EQ(replayed(shorter).divergences.at(0).kind, DivergenceKind::surplus_event);

    Recording longer = good;
    longer.inputs[0].history.push_back(longer.inputs[1].history[0]);
    EXPECT_EQ(replayed(longer).divergences.at(0).kind, DivergenceKind::missing_event);
}

TEST(ExactReplay, notices_another_link_and_another_time) {
    const Recording good = two_steps();
    EXPECT_EQ(replayed(with(good, R"("previousEventId":5)", R"("previousEventId":4)"))
                  .divergences.at(0)
                  .kind,
              DivergenceKind::other_link);

    Recording later = good;
    later.inputs[1].history[1].timestamp += std::chrono::milliseconds(1);
    EXPECT_EQ(replayed(later).divergences.at(0).differences,
              (std::vector<ValueDifference>{
                  {"/timestamp", "1970-01-01T00:00:02.001Z", "1970-01-01T00:00:02Z"}}));
}

TEST(ExactReplay, compares_task_tokens_by_what_they_name) {
    const auto asking = [](std::string_view text) {
        return R"({"StartAt":"Ask","States":{"Ask":{"Type":"Task","End":true,
            "Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters":{"QueueUrl":"q","MessageBody.$":")" +
               std::string(text) + "\"}}}}";
    };
    Recorder recorder(asking("States.Format('<{}>, again {}', $$.Task.Token, $$.Task.Token)"),
                      "{}");
    const Recording recording = *read_recording(recording_text(recorder.recording()));

    EXPECT_TRUE(replayed(recording).is_equal()); // though the secret isn't in it

    const std::string& token = recorder.task("Ask").task_token;
    EXPECT_FALSE(replayed(with(recording, token, std::string(token.size(), 'A'))).is_equal());
    const std::string of_another_command =
        "YXJu" + token.substr(4, token.size() - 100) + "A" + token.substr(token.size() - 95);
    EXPECT_FALSE(replayed(with(recording, token, of_another_command)).is_equal());
}

TEST(ExactReplay, may_end_in_the_middle) {
    const Recording changed =
        with(two_steps(), R"("type":"PassStateExited")", R"("type":"ChoiceStateExited")");

    EXPECT_TRUE(replayed(changed, {.until_event = 7}).is_equal());
    EXPECT_FALSE(replayed(changed, {.until_event = 8}).is_equal());
}

TEST(ExactReplay, finds_all_differences_when_asked) {
    Recording changed = with(two_steps(), R"({\"n\":12345678901234567890,)", R"({\"n\":1,)");
    changed = with(changed, R"("name":"A","input":"{}")", R"("name":"A","input":"[]")");

    const ReplayReport report = replayed(changed, {.finds_all = true});

    EXPECT_EQ(report.divergences.size(), 2U);
    EXPECT_EQ(report.divergences[0].source, DivergenceSource::recording);
}

TEST(ExactReplay, of_a_recording_with_changed_answers_runs_along_its_branches) {
    const ReplayReport report =
        replayed(two_steps(), {.answers = {{"A", 0, Recorder::json(R"({"n":7})")}}});

    EXPECT_EQ(to_json(report.replayed.output).substr(0, 6), "{\"n\":7");
    EXPECT_FALSE(report.is_equal());
}

TEST(ExactReplay, of_a_distributed_map_knows_what_it_heard) {
    const std::string definition = R"({"StartAt":"Each","States":{"Each":{"Type":"Map",
        "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
        "StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"Label":"L","End":true}}})";
    Recorder recorder(definition, "[1,2]");
    recorder.apply(ChildEnded{recorder.children()[1], ExecutionStatus::succeeded, Value("b"), {}});
    recorder.apply(ChildEnded{recorder.children()[0], ExecutionStatus::succeeded, Value("a"), {}});

    EXPECT_TRUE(replayed(recorder.recording()).is_equal());
    const auto edited = replay(recorder.recording(), definition);
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_TRUE(edited->is_equal());
    EXPECT_EQ(to_json(edited->replayed.output), R"(["a","b"])");
}

} // namespace
} // namespace gradus::test
