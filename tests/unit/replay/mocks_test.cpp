#include "gradus/recorded_mocks.hpp"

#include "gradus/json.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

using Remarks = std::vector<std::string>;

RecordedMocks mocks_of(const Recorder& recorder) {
    return recorded_mocks(recorded_history(recorder.recording()));
}

TEST(RecordedMocks, are_answers_by_state_and_call) {
    Recorder recorder(R"({"StartAt":"A","States":{
        "A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets","Next":"B",
            "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1}]},
        "B":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets","End":true}}})",
                      "{}");
    recorder.fail("A", "Busy").pass_time().fail("A", "Busy").pass_time();
    recorder.answer("A", R"({"n":1.50})").answer("B", "null");

    const RecordedMocks mocks = mocks_of(recorder);

    EXPECT_EQ(
        to_json(mocks.responses),
        R"({"A":{"0-1":{"Throw":{"Error":"Busy","Cause":"because"}},"2":{"Return":{"n":1.50}}},)"
        R"("B":{"0":{"Return":null}}})");
    EXPECT_EQ(mocks.remarks, Remarks{});
}

TEST(RecordedMocks, number_the_calls_of_all_iterations_as_they_were_scheduled) {
    Recorder recorder(R"({"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{
        "StartAt":"A","States":{"A":{"Type":"Task","End":true,
            "Resource":"arn:aws:states:::aws-sdk:s3:listBuckets"}}}}}})",
                      "[1,2]");
    recorder.apply(TaskSucceeded{CommandId{2}, Value("second")});
    recorder.apply(TaskSucceeded{CommandId{1}, Value("first")});

    EXPECT_EQ(to_json(mocks_of(recorder).responses),
              R"({"A":{"0":{"Return":"first"},"1":{"Return":"second"}}})");
}

TEST(RecordedMocks, say_what_they_cannot_say) {
    Recorder recorder(R"({"StartAt":"A","TimeoutSeconds":100,"States":{
        "A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets","TimeoutSeconds":5,
            "Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},
        "B":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets","End":true}}})",
                      "{}");
    recorder.pass_time().pass_time();

    const RecordedMocks mocks = mocks_of(recorder);

    EXPECT_EQ(to_json(mocks.responses), R"({"A":{"0":{"Throw":{"Error":"States.Timeout"}}}})");
    EXPECT_EQ(mocks.remarks,
              (Remarks{"A ran into a time-out; its mock throws that error at once.",
                       "Call 0 of B has no answer in the recording; in a mock it fails."}));
}

} // namespace
} // namespace gradus::test
