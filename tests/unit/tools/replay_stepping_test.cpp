#include "tools/gradus/replay/stepping.hpp"

#include "gradus/replay.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace gradus::cli {
namespace {

/// What stepping through a run answers to these commands.
std::string stepped(const std::string& commands) {
    test::Recorder recorder(
        R"({"StartAt":"A","States":{
            "A":{"Type":"Pass","Assign":{"x":1},"Next":"B"},
            "B":{"Type":"Fail","Error":"No","Cause":"because"}}})",
        R"({"n":1})");
    auto timeline = make_timeline(recorder.recording());
    if (!timeline) ADD_FAILURE() << timeline.error().message;
    std::istringstream in(commands);
    std::ostringstream out;
    step_through(*timeline, in, out, false);
    return out.str();
}

TEST(Stepping, goes_forward_and_back_and_says_what_changed) {
    EXPECT_EQ(stepped("\nnext\nback\n"), "1 ExecutionStarted\n"
                                         "2 PassStateEntered of 'A'\n"
                                         "3 PassStateExited of 'A'\n"
                                         "  variables /x: nothing -> 1\n"
                                         "2 PassStateEntered of 'A'\n"
                                         "  variables /x: 1 -> nothing\n");
}

TEST(Stepping, finds_events_states_and_failures) {
    EXPECT_EQ(
        stepped("state B\nfirst\nfailure\nnext\nfailure\nstate C\ngoto 3\ngoto x\nquit\nlast"),
        "1 ExecutionStarted\n"
        "4 FailStateEntered of 'B'\n"
        "  variables /x: nothing -> 1\n"
        "1 ExecutionStarted\n"
        "  variables /x: 1 -> nothing\n"
        "5 ExecutionFailed\n"
        "  variables /x: nothing -> 1\n"
        "  status: RUNNING -> FAILED\n"
        "That was the last event.\n"
        "Nothing fails after event 5.\n"
        "No state 'C' is entered after event 5.\n"
        "3 PassStateExited of 'A'\n"
        "  status: FAILED -> RUNNING\n"
        "goto expects an event from 1 to 5, found 'x'\n");
}

TEST(Stepping, shows_what_is_there_and_what_can_be_said) {
    const std::string text = stepped("goto 3\ninput\nvariables\ndetails\nhalp\n");
    EXPECT_TRUE(text.find("{\"n\":1}\n{\"x\":1}\n{\"name\":\"A\",\"output\":{\"n\":1},"
                          "\"assignedVariables\":{\"x\":1}}\n"
                          "unknown: halp\nnext, back ") != std::string::npos)
        << text;
}

} // namespace
} // namespace gradus::cli
