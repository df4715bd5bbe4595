#include "tools/gradus/replay/report.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus::cli {
namespace {

Value parsed(std::string_view text) {
    auto value = parse_json(text);
    if (!value) ADD_FAILURE() << value.error().message;
    return value ? *value : Value();
}

RecordedEvent exited(std::uint64_t id, std::string_view name, std::string_view output) {
    RecordedEvent event;
    event.id = id;
    event.previous_event_id = id - 1;
    event.type = HistoryEventType::pass_state_exited;
    event.details = Value::object({{"name", name}, {"output", parsed(output)}});
    return event;
}

ReplayedRun equal_run() {
    ReplayedRun run;
    run.name = "monday.json";
    run.report.events = 14;
    run.report.recorded.status = run.report.replayed.status = ExecutionStatus::succeeded;
    run.report.taken = {{5, "Draw", {"/output/n"}, "drawn at random"}};
    return run;
}

ReplayedRun differing_run() {
    ReplayedRun run;
    run.name = "tuesday.json";
    run.definition = {"order.asl.json", "{\n  \"Output\": {\"sum\": \"{% 2 %}\"}\n}"};
    Divergence one;
    one.kind = DivergenceKind::other_details;
    one.expected = exited(7, "Sum", R"({"sum": 1, "of": [1]})");
    one.actual = exited(7, "Sum", R"({"sum": 2})");
    one.differences = {{"/output/sum", Value(1), Value(2)},
                       {"/output/of", parsed("[1]"), std::nullopt}};
    one.branch = "Each, iteration 3";
    one.state = "Sum";
    one.pointer = "/States/Sum/Output/sum";
    one.position = {2, 21};
    one.trigger = {"the answer of Fetch, TaskSucceeded", 5, 0};
    one.explanation = "State 'Sum' makes something else of the same data.";
    run.report.divergences = {one};
    run.report.recorded.status = ExecutionStatus::succeeded;
    run.report.replayed.status = ExecutionStatus::failed;
    run.report.replayed.failure.error = "TooMuch";
    return run;
}

ReplayedRun stuck_run() {
    ReplayedRun run = differing_run();
    run.name = "wednesday.json";
    run.report.replayed = {};
    run.report.unanswered = {{"Charge", "", "the recorded execution never came to it"}};
    return run;
}

TEST(ReplayReport, of_an_equal_run_is_one_line_and_what_could_not_be_computed) {
    EXPECT_EQ(text_report(equal_run()),
              "monday.json: equal: 14 events, SUCCEEDED\n"
              "  taken as recorded: event 5, 'Draw' /output/n: drawn at random\n");
}

TEST(ReplayReport, shows_a_difference_as_a_compiler_would) {
    EXPECT_EQ(
        text_report(differing_run()),
        "tuesday.json: differs from event 7 on: recorded SUCCEEDED, now FAILED TooMuch\n"
        "  expected  7 PassStateExited of 'Sum'\n"
        "  actual    7 PassStateExited of 'Sum'\n"
        "    /output/sum\n"
        "      - 1\n"
        "      + 2\n"
        "    /output/of\n"
        "      - [1]\n"
        "  in Each, iteration 3\n"
        "  at order.asl.json:2:21 /States/Sum/Output/sum\n"
        "    2 |   \"Output\": {\"sum\": \"{% 2 %}\"}\n"
        "      |                     ^\n"
        "  after the answer of Fetch, TaskSucceeded (event 5)\n"
        "  It comes from the definition. State 'Sum' makes something else of the same data.\n");
}

TEST(ReplayReport, shows_both_events_when_it_goes_another_way) {
    ReplayedRun run = differing_run();
    Divergence& one = run.report.divergences[0];
    one.differences.clear();
    one.actual.reset();
    one.pointer.clear();
    EXPECT_EQ(text_report(run).substr(78, 133),
              "  expected  7 PassStateExited of 'Sum'\n"
              "  actual    nothing\n"
              "      - {\"name\":\"Sum\",\"output\":{\"sum\":1,\"of\":[1]}}\n"
              "  in Each, iteration 3\n");
}

TEST(ReplayReport, for_programs_has_all_of_it) {
    EXPECT_EQ(to_json(json_report(differing_run())),
              R"({"recording":"tuesday.json","result":"differs","events":0,)"
              R"("recorded":{"status":"SUCCEEDED","output":null},)"
              R"("replayed":{"status":"FAILED","error":"TooMuch"},"divergences":[{)"
              R"("kind":"otherDetails","source":"definition",)"
              R"("expected":{"id":7,"previousEventId":6,"type":"PassStateExited",)"
              R"("details":{"name":"Sum","output":{"sum":1,"of":[1]}}},)"
              R"("actual":{"id":7,"previousEventId":6,"type":"PassStateExited",)"
              R"("details":{"name":"Sum","output":{"sum":2}}},)"
              R"("differences":[{"pointer":"/output/sum","expected":1,"actual":2},)"
              R"({"pointer":"/output/of","expected":[1]}],)"
              R"("branch":"Each, iteration 3","state":"Sum","pointer":"/States/Sum/Output/sum",)"
              R"("line":2,"column":21,"after":"the answer of Fetch, TaskSucceeded","afterEvent":5,)"
              R"("explanation":"State 'Sum' makes something else of the same data."}],)"
              R"("unanswered":[],"takenAsRecorded":[]})");
}

TEST(ReplayReport, of_many_runs_is_a_table_that_counts) {
    EXPECT_EQ(
        summary_table({equal_run(), differing_run(), stuck_run()},
                      {{"broken.json", "expected a history, found 7"}}),
        "RECORDING       RECORDED   NOW        RESULT\n"
        "monday.json     SUCCEEDED  SUCCEEDED  equal\n"
        "tuesday.json    SUCCEEDED  FAILED     differs from event 7 on, 'Sum', "
        "order.asl.json:2:21\n"
        "wednesday.json  SUCCEEDED  RUNNING    stuck: 'Charge' has no answer in the recording\n"
        "broken.json     -          -          unusable: expected a history, found 7\n"
        "\n"
        "4 recordings: 1 as before, 1 otherwise, 1 stuck, 1 unusable\n");
}

TEST(ReplayReport, as_junit_has_a_test_case_for_each) {
    const std::string text =
        junit_report({equal_run(), stuck_run()}, {{"a<b.json", "found \"x\""}});
    EXPECT_TRUE(text.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "<testsuite name=\"gradus replay\" tests=\"3\" failures=\"1\" errors=\"1\">\n"
        "<testcase classname=\"replay\" name=\"monday.json\"/>\n"
        "<testcase classname=\"replay\" name=\"wednesday.json\"><failure message=\"stuck: "
        "'Charge' has no answer in the recording\">wednesday.json: differs"))
        << text;
    EXPECT_TRUE(
        text.ends_with("<testcase classname=\"replay\" name=\"a&lt;b.json\"><error message=\"found "
                       "&quot;x&quot;\"/></testcase>\n</testsuite>\n</testsuites>\n"))
        << text;
}

TEST(ReplayReport, as_a_page_marks_what_was_and_what_is) {
    const std::string page = html_report({differing_run()}, {});
    EXPECT_NE(page.find("<span class=\"minus\">      - 1</span>\n"
                        "<span class=\"plus\">      + 2</span>\n"),
              std::string::npos);
    EXPECT_NE(page.find("<td>differs from event 7 on, 'Sum', order.asl.json:2:21</td>"),
              std::string::npos);
    EXPECT_EQ(page.find("http"), std::string::npos); // nothing is fetched from elsewhere
}

} // namespace
} // namespace gradus::cli
