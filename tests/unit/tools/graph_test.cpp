#include "tools/gradus/graph/model.hpp"

#include "tests/support/story.hpp"

namespace gradus::graph {
namespace {

constexpr std::string_view definition = R"({"StartAt": "Ask", "States": {
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f"},
        "Catch": [{"ErrorEquals": ["Busy"], "Next": "Pause"}], "Next": "Both"},
    "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Ask"},
    "Both": {"Type": "Parallel", "Branches": [
        {"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}},
        {"StartAt": "R", "States": {"R": {"Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "Bad"}], "Default": "Good"},
            "Good": {"Type": "Pass", "End": true}, "Bad": {"Type": "Fail", "Error": "Oops"}}}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}], "End": true},
    "Sorry": {"Type": "Pass", "End": true}}})";

/// "Ask:passed Pause:none …" of all states, inner ones too.
std::string marks(const Machine& machine) {
    constexpr std::array names = {"none", "passed", "caught", "failed", "waiting"};
    std::string out;
    for (const Node& node : machine.nodes)
        out += node.name + ":" + names[static_cast<std::size_t>(node.mark)] + " ";
    for (const Machine& inner : machine.inner)
        out += marks(inner);
    return out;
}

std::size_t passes(const Machine& machine, std::string_view from, std::string_view to) {
    for (const Edge& edge : machine.edges) {
        if (edge.from == from && edge.to == to) return edge.passes;
    }
    for (const Machine& inner : machine.inner) {
        if (const std::size_t found = passes(inner, from, to)) return found;
    }
    return 0;
}

/// The machine with the marks of a run: Ask is busy `busy` times, then answers.
Machine after(std::size_t busy, std::string_view answer) {
    test::Story story(definition);
    for (std::size_t i = 0; i < busy; ++i) {
        story.fail(story.command<ScheduleTask>().command, "Busy");
        story.fire(story.command<StartTimer>().command);
    }
    story.succeed(story.command<ScheduleTask>().command, answer);
    Machine machine = read_machine(test::Story::json(definition));
    mark_history(machine, history_json(story.history()));
    return machine;
}

TEST(Graph, reads_states_edges_and_nested_machines) {
    const Machine machine = read_machine(test::Story::json(definition));

    ASSERT_EQ(machine.nodes.size(), 4U);
    EXPECT_EQ(machine.nodes[0].detail, "lambda:invoke");
    EXPECT_EQ(machine.nodes[1].detail, "5 s");
    ASSERT_EQ(machine.inner.size(), 2U);
    EXPECT_EQ(machine.inner[1].label, "branch 2");
    ASSERT_EQ(machine.inner[1].edges.size(), 2U);
    EXPECT_EQ(machine.inner[1].edges[0].label, "$.n NumericEquals 1");
    EXPECT_EQ(machine.inner[1].edges[1].kind, EdgeKind::fallback);
    EXPECT_FALSE(is_marked(machine));
}

TEST(Graph, shows_the_way_of_a_run_through_catchers_and_branches) {
    const Machine machine = after(2, R"({"n": 2})");

    EXPECT_EQ(marks(machine), "Ask:passed Pause:passed Both:passed Sorry:none L:passed R:passed "
                              "Good:passed Bad:none ");
    EXPECT_EQ(passes(machine, "Ask", "Pause"), 2U);
    EXPECT_EQ(passes(machine, "Pause", "Ask"), 2U);
    EXPECT_EQ(passes(machine, "Ask", "Both"), 1U);
    EXPECT_EQ(passes(machine, "R", "Good"), 1U);
    EXPECT_EQ(machine.nodes[0].visits, 3U);
}

TEST(Graph, shows_what_failed_and_what_caught_it) {
    const Machine machine = after(0, R"({"n": 1})");

    EXPECT_EQ(marks(machine), "Ask:passed Pause:none Both:caught Sorry:passed L:passed R:passed "
                              "Good:none Bad:failed ");
    EXPECT_EQ(passes(machine, "Both", "Sorry"), 1U);
}

TEST(Graph, shows_where_an_execution_waits) {
    test::Story story(definition);
    Machine machine = read_machine(test::Story::json(definition));
    mark_history(machine, history_json(story.history()));
    EXPECT_TRUE(marks(machine).starts_with("Ask:waiting Pause:none "));
}

TEST(Graph, quotes_names_for_graphviz_and_mermaid) {
    const Machine machine = read_machine(test::Story::json(
        R"({"StartAt": "a \"b\" <c>", "States": {"a \"b\" <c>": {"Type": "Succeed"}}})"));

    EXPECT_NE(to_dot(machine).find(R"("a \"b\" <c>" [label=<<B>a &quot;b&quot; &lt;c&gt;</B>)"),
              std::string::npos)
        << to_dot(machine);
    EXPECT_NE(to_mermaid(machine).find(R"(s0(["a #quot;b#quot; #lt;c#gt;<br/>)"), std::string::npos)
        << to_mermaid(machine);
}

} // namespace
} // namespace gradus::graph
