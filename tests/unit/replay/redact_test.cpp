#include "gradus/redact.hpp"

#include "gradus/json.hpp"
#include "gradus/replay.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view greet = R"x({"StartAt":"Ask","States":{
    "Ask":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets",
        "ResultPath":"$.answer","Next":"Adult"},
    "Adult":{"Type":"Choice","Default":"Young",
        "Choices":[{"Variable":"$.age","NumericGreaterThanEquals":18,"Next":"Greet"}]},
    "Greet":{"Type":"Pass","Parameters":{"text.$":"States.Format('Hello, {}', $.name)"},
        "ResultPath":"$.greeting","End":true},
    "Young":{"Type":"Fail","Error":"TooYoung"}}})x";

Recording greeted() {
    Recorder recorder(greet, R"({"name":"Ada Lovelace","age":36,"card":4111111111111111})");
    return recorder
        .answer("Ask",
                R"({"said":"I am Ada Lovelace.","card":4111111111111111,"ok":true,"age":36})")
        .recording();
}

Redacted redacted(const Recording& recording, const Texts& paths) {
    auto out = redact(recording, paths);
    if (!out) ADD_FAILURE() << out.error().message;
    return out ? std::move(*out) : Redacted{};
}

std::string error_of(const Recording& recording, const Texts& paths) {
    const auto out = redact(recording, paths);
    return out ? "none" : out.error().message;
}

TEST(Redact, masks_a_value_wherever_it_came_in_and_derives_the_history) {
    const Redacted out = redacted(greeted(), {"$.name", "$.card"});

    const Recording& recording = out.recording;
    EXPECT_EQ(to_json(start_of(recording).input),
              R"({"name":"Xxx Xxxxxxxx","age":36,"card":1111111111111111})");
    EXPECT_EQ(to_json(std::get<TaskSucceeded>(recording.inputs[1].input.event).output),
              R"({"said":"I am Xxx Xxxxxxxx.","card":1111111111111111,"ok":true,"age":36})");
    const std::string text = recording_text(recording);
    EXPECT_NE(text.find("Hello, Xxx Xxxxxxxx"), std::string::npos);
    EXPECT_EQ(text.find("Lovelace"), std::string::npos);
    EXPECT_EQ(text.find("4111"), std::string::npos);
    EXPECT_TRUE(replay(*read_recording(text))->is_equal());
    EXPECT_EQ(out.values, 4U);
    EXPECT_EQ(out.left_over, Texts{});
    EXPECT_EQ(out.unmatched, Texts{});
}

TEST(Redact, tells_values_apart_and_keeps_their_kinds) {
    Recorder recorder(
        R"({"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}})",
        R"({"l":["Ada","Bob","Ada","xxx","","é1-Ü"],"n":[-12.50,7,8,1e3,true,null]})");

    const Redacted out = redacted(recorder.recording(), {"$..*"});

    EXPECT_EQ(to_json(start_of(out.recording).input),
              R"({"l":["Xxx","Xxb","Xxx","xxb","","x0-x"],"n":[-11.11,1,2,2e3,true,null]})");
}

TEST(Redact, refuses_to_mask_what_decides) {
    EXPECT_EQ(error_of(greeted(), {"$.age"}),
              "with these values masked, the execution takes another way: event 9 is "
              "FailStateEntered of Young instead of PassStateEntered of Greet; mask less, so that "
              "what decides stays");
}

TEST(Redact, says_which_path_names_nothing_and_where_a_value_still_stands) {
    Recorder recorder(
        R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":"Lovelace","End":true}}})",
        R"({"name":"Lovelace"})");

    const Redacted out = redacted(recorder.recording(), {"$.name", "$.nobody"});

    EXPECT_EQ(out.unmatched, Texts{"$.nobody"});
    EXPECT_EQ(out.left_over, (Texts{"line 1", "line 2"})); // the definition, and its Result
    EXPECT_TRUE(replay(out.recording)->is_equal());
}

TEST(Redact, refuses_paths_that_it_cannot_use) {
    EXPECT_EQ(error_of(greeted(), {"$.a[?(@.b)]"}),
              "expected a JSONPath from $ without filters and slices, found '$.a[?(@.b)]'");
    EXPECT_TRUE(
        error_of(greeted(), {"name"})
            .starts_with(
                "expected a JSONPath such as $.customer.name or $..password, found 'name'"));
}

TEST(Redact, refuses_a_recording_that_does_not_replay) {
    Recording recording = greeted();
    recording.inputs[1].history.pop_back();

    EXPECT_TRUE(error_of(recording, {"$.name"})
                    .starts_with("the recording doesn't replay equal as it is: "));
}

} // namespace
} // namespace gradus::test
