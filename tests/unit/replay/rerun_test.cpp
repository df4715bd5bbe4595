// Histories replayed along their branches: against their own definition, and against others.
#include "gradus/replay.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

/// As a history that AWS recorded: the execution's name isn't in it.
RecordedHistory foreign(const Recorder& recorder) {
    RecordedHistory history = recorded_history(recorder.recording());
    history.execution_arn.clear();
    return history;
}

ReplayReport replayed(const RecordedHistory& history, std::string_view definition,
                      const ReplayOptions& options = {}) {
    auto report = replay(history, definition, options);
    if (!report) ADD_FAILURE() << report.error().message;
    return report ? std::move(*report) : ReplayReport{};
}

std::string shown(const std::optional<RecordedEvent>& event) {
    if (!event) return "nothing";
    return std::to_string(event->id) + " " + std::string(history_event_name(event->type));
}

/// "5 PassStateExited, not 5 PassStateExited: /output/n 1 not 2 at /States/A/Result/n (1:40), …".
std::string first_of(const ReplayReport& report) {
    if (report.divergences.empty()) return "equal";
    const Divergence& one = report.divergences[0];
    std::string text = shown(one.expected) + ", not " + shown(one.actual);
    for (const ValueDifference& difference : one.differences) {
        text += "; " + difference.pointer + " " +
                (difference.expected ? to_json(*difference.expected) : "nothing") + " not " +
                (difference.actual ? to_json(*difference.actual) : "nothing");
    }
    text += "; at " + one.pointer;
    if (!one.branch.empty()) text += "; in " + one.branch;
    return text + "; after " + one.trigger.text;
}

std::string task(std::string_view fields) {
    return R"({"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets",)" +
           std::string(fields) + "}";
}

/// A task, and the states B and C where its fields lead to them.
std::string one_task(std::string_view fields) {
    const auto leads_to = [&](std::string_view state) {
        return fields.find("\"Next\":\"" + std::string(state)) != std::string_view::npos;
    };
    return R"({"StartAt":"A","States":{"A":)" + task(fields) +
           (leads_to("B") ? R"(,"B":{"Type":"Pass","End":true})" : "") +
           (leads_to("C") ? R"(,"C":{"Type":"Fail","Error":"No"})" : "") + "}}";
}

TEST(Rerun, of_the_same_definition_is_equal) {
    const std::string definition = one_task(R"("Next":"B")");
    Recorder recorder(definition, R"({"n":1})");
    recorder.at_second(2.5).answer("A", R"({"n":2})");

    const ReplayReport report = replayed(foreign(recorder), definition);

    EXPECT_EQ(first_of(report), "equal");
    EXPECT_EQ(report.events, 9U);
    EXPECT_EQ(report.replayed.status, ExecutionStatus::succeeded);
    EXPECT_EQ(to_json(report.replayed.output), R"({"n":2})");
    EXPECT_EQ(report.recorded.status, ExecutionStatus::succeeded);
    EXPECT_TRUE(report.taken.empty());
    EXPECT_TRUE(report.unanswered.empty());
}

TEST(Rerun, compares_the_edge_of_an_event_whose_details_are_taken_as_recorded) {
    const std::string definition =
        R"x({"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},)x"
        R"x("End":true}}})x";
    const Recorder recorder(definition, "{}");
    RecordedHistory history = foreign(recorder);
    ASSERT_EQ(history.events[2].type, HistoryEventType::pass_state_exited);
    // What was drawn can't be known, but the edge can.
    history.events[2].details =
        *parse_json(R"({"name":"A","output":{"id":"6f2b9a56-0b1d-4c8f-8a53-3b7f0cf5d1b0"}})");
    history.events[3].details =
        *parse_json(R"({"output":{"id":"6f2b9a56-0b1d-4c8f-8a53-3b7f0cf5d1b0"}})");
    EXPECT_EQ(first_of(replayed(history, definition)), "equal");

    history.events[2].previous_event_id = 1;

    const ReplayReport report = replayed(history, definition);
    ASSERT_EQ(report.divergences.size(), 1U);
    EXPECT_EQ(report.divergences[0].kind, DivergenceKind::other_link);
    EXPECT_EQ(report.divergences[0].expected->id, 3U);
}

TEST(Rerun, names_the_field_that_makes_another_output) {
    Recorder recorder(one_task(R"("ResultSelector":{"total.$":"$.n","kind":"a"},"Next":"B")"),
                      "{}");
    recorder.answer("A", R"({"n":2,"m":3})");
    const std::string edited =
        one_task("\n\"ResultSelector\":{\"total.$\":\"$.m\",\"kind\":\"a\"},\"Next\":\"B\"");

    const ReplayReport report = replayed(foreign(recorder), edited);

    EXPECT_EQ(first_of(report),
              "6 TaskStateExited, not 6 TaskStateExited; /output/total 2 not 3; at "
              "/States/A/ResultSelector/total.$; after the answer of A");
    EXPECT_EQ(report.divergences[0].position, (TextPosition{2, 29}));
    EXPECT_EQ(report.divergences[0].source, DivergenceSource::definition);
    EXPECT_EQ(report.divergences[0].explanation,
              "State 'A' makes something else of the same data.");
    EXPECT_EQ(report.divergences.size(), 1U); // what comes of it isn't told again
}

TEST(Rerun, names_the_rule_that_leads_another_way) {
    const auto choice = [](std::string_view limit) {
        return R"({"StartAt":"Ask","States":{"Ask":{"Type":"Choice","Choices":[{"Variable":"$.n",)"
               R"("NumericLessThan":)" +
               std::string(limit) +
               R"(,"Next":"Small"}],"Default":"Big"},"Small":{"Type":"Succeed"},)"
               R"("Big":{"Type":"Succeed"}}})";
    };
    Recorder recorder(choice("10"), R"({"n":5})");

    const ReplayReport report = replayed(foreign(recorder), choice("3"));

    EXPECT_EQ(first_of(report), "4 SucceedStateEntered, not 4 SucceedStateEntered; at "
                                "/States/Ask/Default; after the start of the execution");
    EXPECT_EQ(report.divergences[0].explanation,
              "The recorded execution goes to 'Small' here; this one goes to 'Big'.");
    EXPECT_EQ(report.replayed.status, ExecutionStatus::succeeded);
}

TEST(Rerun, finds_what_the_recording_has_no_answer_for) {
    Recorder recorder(one_task(R"("Next":"B")"), "{}");
    recorder.answer("A", "1");
    const std::string edited = R"({"StartAt":"A","States":{"A":)" + task(R"("Next":"B")") +
                               R"(,"B":)" + task(R"("TimeoutSeconds":5,"End":true)") + "}}";

    const ReplayReport report = replayed(foreign(recorder), edited);

    EXPECT_EQ(first_of(report), "7 PassStateEntered, not 7 TaskStateEntered; at /States/A/Next; "
                                "after the answer of A");
    ASSERT_EQ(report.unanswered.size(), 1U);
    EXPECT_EQ(report.unanswered[0].state, "B");
    EXPECT_EQ(report.unanswered[0].why, "the recording has no answer for this task");
    EXPECT_EQ(report.replayed.status, ExecutionStatus::running);
}

TEST(Rerun, answers_a_task_that_was_put_into_a_parallel_as_it_was_answered) {
    Recorder recorder(one_task(R"("End":true)"), "{}");
    recorder.answer("A", "1");
    const std::string edited = R"({"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,)"
                               R"("Branches":[{"StartAt":"A","States":{"A":)" +
                               task(R"("End":true)") + "}}]}}}";

    const ReplayReport report = replayed(foreign(recorder), edited);

    EXPECT_FALSE(report.is_equal());
    EXPECT_TRUE(report.unanswered.empty());
    EXPECT_EQ(to_json(report.replayed.output), "[1]");
}

TEST(Rerun, follows_retries_by_their_recorded_answers) {
    const std::string definition = one_task(
        R"("Retry":[{"ErrorEquals":["E"],"IntervalSeconds":3,"JitterStrategy":"FULL"}],"Next":"B")");
    Recorder recorder(definition, "{}");
    recorder.at_second(1).fail("A", "E").pass_time().fail("A", "E").pass_time().answer("A", "7");

    EXPECT_EQ(first_of(replayed(foreign(recorder), definition)), "equal");

    const ReplayReport without = replayed(foreign(recorder), one_task(R"("Next":"B")"));
    EXPECT_EQ(first_of(without), "6 TaskScheduled, not 6 ExecutionFailed; at /States/A; after the "
                                 "answer of A");
    EXPECT_EQ(without.replayed.failure.error, "E");
}

TEST(Rerun, lets_a_shorter_time_out_strike) {
    const auto definition = [](std::string_view seconds) {
        return one_task(R"("TimeoutSeconds":)" + std::string(seconds) + R"(,"Next":"B")");
    };
    Recorder recorder(definition("60"), "{}");
    recorder.at_second(30).answer("A", "1");

    EXPECT_EQ(first_of(replayed(foreign(recorder), definition("60"))), "equal");
    EXPECT_EQ(first_of(replayed(foreign(recorder), definition("20"))),
              "3 TaskScheduled, not 3 TaskScheduled; /timeoutInSeconds 60 not 20; at "
              "/States/A/TimeoutSeconds; after the start of the execution");
    const ReplayReport all = replayed(foreign(recorder), definition("20"), {.finds_all = true});
    ASSERT_EQ(all.divergences.size(), 2U);
    EXPECT_EQ(shown(all.divergences[1].expected), "5 TaskSucceeded");
    EXPECT_EQ(shown(all.divergences[1].actual), "5 TaskTimedOut");
    EXPECT_EQ(all.divergences[1].pointer, "/States/A/TimeoutSeconds");
}

TEST(Rerun, follows_a_recorded_time_out_and_a_stop) {
    const std::string definition = one_task(R"("TimeoutSeconds":5,"Next":"B")");
    Recorder timed_out(definition, "{}");
    timed_out.pass_time();
    Recorder stopped(definition, "{}");
    stopped.at_second(2).apply(StopRequested{{"Stop", "by me"}});

    EXPECT_EQ(first_of(replayed(foreign(timed_out), definition)), "equal");
    EXPECT_EQ(first_of(replayed(foreign(stopped), definition)), "equal");
}

TEST(Rerun, of_a_history_that_goes_on_ends_where_it_ends) {
    const std::string definition = one_task(R"("Next":"B")");
    const Recorder recorder(definition, "{}");

    const ReplayReport report = replayed(foreign(recorder), definition);

    EXPECT_EQ(first_of(report), "equal");
    EXPECT_TRUE(report.unanswered.empty()); // it waited when it was recorded, too
    EXPECT_EQ(report.recorded.status, ExecutionStatus::running);
}

TEST(Rerun, notices_that_a_recording_contradicts_itself) {
    const std::string definition = one_task(R"("Next":"B")");
    Recorder recorder(definition, "{}");
    recorder.answer("A", R"({"n":1})");
    RecordedHistory history = foreign(recorder);
    history.events[6].details = Recorder::json(R"({"name":"B","input":{"n":9}})");

    const ReplayReport report = replayed(history, definition);

    EXPECT_EQ(first_of(report), "7 PassStateEntered, not 7 PassStateEntered; /input/n 9 not 1; at "
                                "/States/B; after the answer of A");
    EXPECT_EQ(report.divergences[0].source, DivergenceSource::recording);
    EXPECT_EQ(report.divergences[0].explanation,
              "The recording contradicts itself: event 7 doesn't go on with what event 6 handed "
              "on.");
}

TEST(Rerun, notices_another_link) {
    const std::string definition = one_task(R"("Next":"B")");
    Recorder recorder(definition, "{}");
    recorder.answer("A", "1");
    RecordedHistory history = foreign(recorder);
    history.events[7].previous_event_id = 5;

    const ReplayReport report = replayed(history, definition);

    ASSERT_EQ(report.divergences.size(), 1U);
    EXPECT_EQ(report.divergences[0].kind, DivergenceKind::other_link);
    EXPECT_EQ(report.divergences[0].explanation,
              "The event is the same, but it follows another one: event 7 instead of event 5.");
}

TEST(Rerun, takes_draws_times_and_names_from_the_recording_and_says_so) {
    const std::string definition = R"x({"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{
        "id.$":"States.UUID()","n.$":"States.MathRandom(1, 1000000)","at.$":"$$.State.EnteredTime",
        "who.$":"$$.Execution.Name","k.$":"$.k"},"Next":"B"},
        "B":{"Type":"Pass","Parameters":{"copy.$":"$.id"},"End":true}}})x";
    Recorder recorder(definition, R"({"k":7})");
    RecordedHistory history = foreign(recorder);
    // As AWS would have drawn them, under another name and a second later.
    const Value drawn = Recorder::json(R"({"id":"7d9c33a2-2222-4b6a-9b0a-0123456789ab","n":4,
        "at":"1970-01-01T00:00:01.250Z","who":"prod-17","k":7})");
    const Value copy = Value::object({{"copy", drawn["id"]}});
    history.events[2].details = Value::object({{"name", "A"}, {"output", drawn}});
    history.events[3].details = Value::object({{"name", "B"}, {"input", drawn}});
    history.events[4].details = Value::object({{"name", "B"}, {"output", copy}});
    history.events[5].details = Value::object({{"output", copy}});

    const ReplayReport report = replayed(history, definition);

    EXPECT_EQ(first_of(report), "equal");
    ASSERT_EQ(report.taken.size(), 1U);
    EXPECT_EQ(report.taken[0].event_id, 3U);
    EXPECT_EQ(report.taken[0].pointers,
              (std::vector<std::string>{"/output/id", "/output/n", "/output/at", "/output/who"}));
    EXPECT_EQ(report.taken[0].why, "drawn at random, of the clock, a name of the execution");

    // What isn't drawn is still compared, in the same state.
    history.events[2].details = Value::object({{"name", "A"}, {"output", drawn.with("k", 8)}});
    EXPECT_FALSE(replayed(history, definition).is_equal());
}

TEST(Rerun, follows_a_choice_that_was_drawn) {
    const std::string definition =
        R"({"QueryLanguage":"JSONata","StartAt":"Toss","States":{"Toss":{"Type":"Choice",
        "Choices":[{"Condition":"{% $random() < 0.5 %}","Next":"Heads"}],"Default":"Tails"},
        "Heads":{"Type":"Succeed"},"Tails":{"Type":"Succeed"}}})";
    Recorder recorder(definition, "{}");
    for (const char* side : {"Heads", "Tails"}) {
        RecordedHistory history = foreign(recorder);
        history.events[3].details = history.events[3].details.with("name", side);
        history.events[4].details = history.events[4].details.with("name", side);

        EXPECT_EQ(first_of(replayed(history, definition)), "equal") << side;
    }
}

TEST(Rerun, takes_task_tokens_from_the_recording) {
    const std::string definition =
        R"({"StartAt":"Ask","States":{"Ask":{"Type":"Task","End":true,
        "Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters":{"QueueUrl":"q","MessageBody":{"token.$":"$$.Task.Token"}}}}})";
    Recorder recorder(definition, "{}");
    recorder.apply(TaskSubmitted{recorder.task("Ask").command, Value::object()}).answer("Ask", "1");
    RecordedHistory history = foreign(recorder);
    const Value body = Value::object({{"token", "AQCEAAAAKgAAAAMAAAAAAAAAAb"}});
    const Value parameters = Value::object({{"QueueUrl", "q"}, {"MessageBody", body}});
    history.events[2].details = history.events[2].details.with("parameters", parameters);

    const ReplayReport report = replayed(history, definition);

    EXPECT_EQ(first_of(report), "equal");
    ASSERT_EQ(report.taken.size(), 1U);
    EXPECT_EQ(report.taken[0].pointers,
              (std::vector<std::string>{"/parameters/MessageBody/token"}));
}

/// Two branches that AWS moved on in turns: what follows from one answer lies between other events.
TEST(Rerun, follows_branches_as_they_were_interleaved) {
    const std::string definition = R"({"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,
        "Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A2"},
                                             "A2":{"Type":"Fail","Error":"A"}}},
                    {"StartAt":"B","States":{"B":{"Type":"Pass","Next":"B2"},
                                             "B2":{"Type":"Fail","Error":"B"}}}]}}})";
    const std::string history = R"([
        {"id":1,"type":"ExecutionStarted","executionStartedEventDetails":{"input":"1","roleArn":""}},
        {"id":2,"type":"ParallelStateEntered","previousEventId":0,
         "stateEnteredEventDetails":{"name":"P","input":"1"}},
        {"id":3,"type":"ParallelStateStarted","previousEventId":2},
        {"id":4,"type":"PassStateEntered","previousEventId":3,
         "stateEnteredEventDetails":{"name":"A","input":"1"}},
        {"id":5,"type":"PassStateEntered","previousEventId":3,
         "stateEnteredEventDetails":{"name":"B","input":"1"}},
        {"id":6,"type":"PassStateExited","previousEventId":5,
         "stateExitedEventDetails":{"name":"B","output":"1"}},
        {"id":7,"type":"PassStateExited","previousEventId":4,
         "stateExitedEventDetails":{"name":"A","output":"1"}},
        {"id":8,"type":"FailStateEntered","previousEventId":6,
         "stateEnteredEventDetails":{"name":"B2","input":"1"}},
        {"id":9,"type":"ParallelStateFailed","previousEventId":8},
        {"id":10,"type":"ExecutionFailed","previousEventId":9,
         "executionFailedEventDetails":{"error":"B"}}])";

    const ReplayReport report = replayed(*read_foreign_history({{"h", history}}), definition);

    EXPECT_EQ(first_of(report), "equal");
    EXPECT_EQ(report.replayed.failure.error, "B");
}

TEST(Rerun, finds_all_that_differs_by_itself) {
    const auto definition = [](std::string_view a, std::string_view b, std::string_view c) {
        return R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":)" + std::string(a) +
               R"(},"Next":"B"},"B":{"Type":"Pass","Result":)" + std::string(b) +
               R"(,"ResultPath":"$.b","Next":"C"},"C":{"Type":"Pass","Result":)" + std::string(c) +
               R"(,"ResultPath":"$.c","End":true}}})";
    };
    Recorder recorder(definition("1", "1", "1"), "{}");

    const ReplayReport report =
        replayed(foreign(recorder), definition("2", "1", "2"), {.finds_all = true});

    ASSERT_EQ(report.divergences.size(), 2U);
    EXPECT_EQ(report.divergences[0].state, "A");
    EXPECT_EQ(report.divergences[0].pointer, "/States/A/Result/x");
    EXPECT_EQ(report.divergences[1].state, "C");
    EXPECT_EQ(report.divergences[1].differences,
              (std::vector<ValueDifference>{{"/output/c", Value(1), Value(2)}}));
}

TEST(Rerun, says_that_a_difference_comes_of_an_answer_that_was_given) {
    const std::string definition = one_task(R"("Next":"B")");
    Recorder recorder(definition, "{}");
    recorder.answer("A", "1");

    const ReplayReport report =
        replayed(foreign(recorder), definition, {.answers = {{"A", 0, Value(2)}}});
    ASSERT_FALSE(report.is_equal());
    EXPECT_EQ(report.divergences[0].source, DivergenceSource::answer);
}

TEST(Rerun, refuses_answers_for_a_state_that_is_not_there) {
    Recorder recorder(one_task(R"("Next":"B")"), "{}");
    recorder.answer("A", "1");

    const auto report =
        replay(foreign(recorder), one_task(R"("Next":"B")"), {.answers = {{"a", 0, Value(2)}}});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().message,
              "there is no state 'a' in the definition to answer for; did you mean 'A'?");
    const auto of_pass =
        replay(foreign(recorder), one_task(R"("Next":"B")"), {.answers = {{"B", 0, Value(2)}}});
    ASSERT_FALSE(of_pass);
    EXPECT_EQ(of_pass.error().message, "the state 'B' is no Task: nothing answers it");
}

TEST(Rerun, changes_answers_that_it_is_told_to_change) {
    const std::string definition =
        one_task(R"("Retry":[{"ErrorEquals":["E"]}],"Catch":[{"ErrorEquals":["States.ALL"],)"
                 R"("Next":"C"}],"Next":"B")");
    Recorder recorder(definition, "{}");
    recorder.fail("A", "E").pass_time().answer("A", "1");
    const RecordedHistory history = foreign(recorder);

    const ReplayReport answered =
        replayed(history, definition, {.answers = {{"A", 0, Recorder::json("[7]")}}});
    EXPECT_EQ(first_of(answered), "5 TaskFailed, not 5 TaskSucceeded; at /States/A; after the "
                                  "answer of A, which was given instead of the recorded one");
    EXPECT_EQ(to_json(answered.replayed.output), "[7]");

    const ReplayReport failed =
        replayed(history, definition, {.answers = {{"A", 2, Failure{"Broken", "by me"}}}});
    EXPECT_EQ(failed.replayed.status, ExecutionStatus::failed);
    EXPECT_EQ(failed.replayed.failure.error, "No");
    EXPECT_EQ(shown(failed.divergences[0].expected), "8 TaskSucceeded");
}

TEST(Rerun, may_begin_and_end_in_the_middle) {
    const auto definition = [](std::string_view a, std::string_view b) {
        return R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":)" + std::string(a) +
               R"(,"Next":"B"},"B":{"Type":"Pass","Parameters":{"in.$":"$","b":)" + std::string(b) +
               R"(},"End":true}}})";
    };
    Recorder recorder(definition("1", "1"), "{}");
    const RecordedHistory history = foreign(recorder);

    const ReplayReport from = replayed(history, definition("2", "2"), {.from_event = 4});
    ASSERT_EQ(from.divergences.size(), 1U);
    EXPECT_EQ(from.divergences[0].differences, // B began with what A really gave
              (std::vector<ValueDifference>{{"/output/b", Value(1), Value(2)}}));

    EXPECT_EQ(first_of(replayed(history, definition("1", "2"), {.until_event = 4})), "equal");
}

TEST(Rerun, needs_a_history_with_data) {
    const std::string definition = one_task(R"("Next":"B")");
    Recorder recorder(definition, "{}");
    recorder.answer("A", "1");
    RecordedHistory history = foreign(recorder);
    for (RecordedEvent& event : history.events) {
        for (const char* member : {"input", "output", "parameters"}) {
            if (event.details.find(member) == nullptr) continue;
            event.details = event.details.without(member);
            event.lacks_data = true;
        }
    }

    EXPECT_EQ(replay(history, definition).error().message,
              "event 1, the start, has no input: the history was read without execution data; give "
              "it with --input");
    EXPECT_EQ(replay(history, definition, {.input = Value::object()}).error().message,
              "event 5, the answer of A, has no output: the history was read without execution "
              "data, or it was cut off; give one with --answer A=JSON");
    const ReplayReport report =
        replayed(history, definition, {.answers = {{"A", 0, Value(1)}}, .input = Value::object()});
    EXPECT_EQ(first_of(report), "equal");
}

TEST(Rerun, needs_a_definition_that_compiles) {
    const Recorder recorder(one_task(R"("Next":"B")"), "{}");

    EXPECT_EQ(replay(foreign(recorder), R"({"StartAt":"A","States":{"A":{"Type":"Pas"}}})")
                  .error()
                  .message.substr(0, 22),
              "the definition:1:38: e");
}

} // namespace
} // namespace gradus::test
