// Executions that are failed, stopped, timed out and redriven at random, with fixed seeds. What
// must hold at each step is checked against the whole state.
#include "tests/support/story.hpp"

#include <algorithm>
#include <random>
#include <set>

namespace gradus::test {
namespace {

constexpr std::string_view definition = R"asl({"StartAt": "All", "TimeoutSeconds": 1000, "States": {
  "All": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items",
      "MaxConcurrency": 2, "End": true, "ItemProcessor": {"StartAt": "One", "States": {
        "One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f",
          "TimeoutSeconds": 60, "Next": "Rest",
          "Retry": [{"ErrorEquals": ["Again"], "MaxAttempts": 1}]},
        "Rest": {"Type": "Wait", "Seconds": 5, "End": true}}}}}},
    {"StartAt": "Far", "States": {"Far": {"Type": "Map", "ItemsPath": "$.items",
      "MaxConcurrency": 2, "ToleratedFailureCount": 1, "Next": "Near", "ResultPath": "$.far",
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}},
      "Near": {"Type": "Parallel", "End": true, "OutputPath": "$[0]", "Branches": [
        {"StartAt": "Read", "States": {"Read": {"Type": "Map", "End": true, "MaxConcurrency": 2,
          "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}},
          "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "b", "Prefix": "p"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Q", "States": {"Q": {"Type": "Pass", "End": true}}}}}},
        {"StartAt": "Last", "States": {"Last": {"Type": "Task", "End": true,
          "Resource": "arn:aws:lambda:us-east-1:1:function:g", "HeartbeatSeconds": 9,
          "Retry": [{"ErrorEquals": ["Again"], "MaxAttempts": 2}]}}}]}}}]}}})asl";

/// What the branches say they wait for.
std::set<CommandId> awaited(const ExecutionState& state) {
    std::set<CommandId> out;
    const auto add = [&](const std::optional<CommandId>& command) {
        if (command) out.insert(*command);
    };
    for (const auto& branch : state.branches) {
        if (branch == nullptr) continue;
        for (const auto* command :
             {&branch->task, &branch->timeout, &branch->heartbeat, &branch->timer})
            add(*command);
        if (branch->map_run == nullptr) continue;
        add(branch->map_run->reading);
        add(branch->map_run->writing);
        for (const auto& [command, child] : branch->map_run->children)
            out.insert(command);
    }
    return out;
}

class Chance {
public:
    explicit Chance(unsigned seed) : random_(seed) {}

    void live() {
        for (int steps = 0; steps < 2000 && story_.status() != ExecutionStatus::succeeded;
             ++steps) {
            act(steps < 60);
            check();
            if (testing::Test::HasFailure()) return;
        }
        EXPECT_EQ(story_.status(), ExecutionStatus::succeeded) << story_.chain();
        EXPECT_EQ(story_.state().branches.size(), 0U);
    }
    std::string output() const { return story_.output(); }

private:
    unsigned draw(unsigned below) { return static_cast<unsigned>(random_()) % below; }

    /// One event; while it `is_bad`, also such as do harm.
    void act(bool is_bad) {
        const ExecutionState& state = story_.state();
        if (state.status != ExecutionStatus::running) return story_.apply(RedriveRequested{});
        const unsigned fate = is_bad ? draw(12) : 11;
        if (fate == 0 && draw(4) == 0) return story_.apply(StopRequested{});
        auto open = state.open_commands.begin();
        std::advance(open, draw(static_cast<unsigned>(state.open_commands.size())));
        answer(open->first, open->second.purpose, fate);
    }

    void answer(CommandId id, CommandPurpose purpose, unsigned fate) {
        switch (purpose) {
        case CommandPurpose::task:
            if (fate < 2) return story_.fail(id, fate == 0 ? "Again" : "Broken");
            succeeded(id, branch_of(id).input);
            return story_.succeed(id, to_json(branch_of(id).input["items"].size() > 0
                                                  ? Value("last")
                                                  : branch_of(id).input));
        case CommandPurpose::wait:
        case CommandPurpose::retry_delay: return story_.fire(id);
        case CommandPurpose::task_timeout:
        case CommandPurpose::task_heartbeat:
        case CommandPurpose::execution_timeout:
            if (fate < 2) story_.fire(id);
            return;
        case CommandPurpose::item_reader:
            if (fate < 2) return story_.fail(id, "States.ItemReaderFailed");
            return story_.apply(ItemsRead{id, next_page(id)});
        case CommandPurpose::result_writer:
            if (fate < 2) return story_.fail(id, "States.ResultWriterFailed");
            return story_.apply(ObjectsWritten{id});
        case CommandPurpose::map_child:
            if (fate < 3)
                return story_.apply(ChildEnded{.command = id, .status = ExecutionStatus::failed});
            succeeded(id, child(id).input);
            return story_.apply(ChildEnded{.command = id, .output = child(id).input});
        }
    }

    const Branch& branch_of(CommandId id) const {
        const ExecutionState& state = story_.state();
        return *state.branches[static_cast<std::size_t>(state.open_commands.at(id).branch)];
    }
    const MapRun& run_of(CommandId id) const { return *branch_of(id).map_run; }
    const MapChild& child(CommandId id) const { return run_of(id).children.at(id); }
    ItemPage next_page(CommandId id) const {
        const bool is_first = run_of(id).next_page.is_null();
        return {.items = Story::json(is_first ? "[1,2,3]" : "[4,5]"),
                .next = is_first ? Value("more") : Value()};
    }
    void succeeded(CommandId id, const Value& input) {
        const std::string_view state = story_.program().state(branch_of(id).state).name.as_string();
        const std::string what = std::string(state) + " of " + to_json(input);
        EXPECT_TRUE(succeeded_.insert(what).second) << "ran again: " << what;
    }

    void check() const {
        const ExecutionState& state = story_.state();
        std::set<CommandId> open;
        for (const auto& [command, what] : state.open_commands) {
            if (what.purpose != CommandPurpose::execution_timeout) open.insert(command);
        }
        if (state.status == ExecutionStatus::running) {
            EXPECT_EQ(open, awaited(state)) << story_.chain();
            EXPECT_FALSE(open.empty()) << "nothing goes on: " << story_.chain();
        } else {
            EXPECT_TRUE(state.open_commands.empty());
        }
        for (std::size_t i = 0; i < story_.history().size(); ++i)
            ASSERT_EQ(story_.history()[i].id, i + 1);
        for (const auto& branch : state.branches) {
            if (branch != nullptr && branch->map_run != nullptr) check_run(*branch->map_run);
        }
    }

    static void check_run(const MapRun& run) {
        const MapRunCounts& items = run.record.items;
        const std::size_t expected = run.reader_arguments.find("Key") == nullptr ? 5
                                     : run.next_page.is_null()                   ? 5
                                                                                 : 3;
        EXPECT_EQ(items.running, run.children.size());
        EXPECT_EQ(run.record.executions.running, run.children.size());
        if (!run.results.empty()) {
            EXPECT_EQ(items.total(), expected);
        }
        EXPECT_EQ(run.record.executions.total(), run.results.size());
        EXPECT_EQ(items.failed + items.timed_out + items.aborted, run.unsuccessful.size());
    }

    std::mt19937 random_;
    Story story_{definition, R"({"items": [1, 2, 3, 4, 5]})"};
    std::set<std::string> succeeded_;
};

TEST(RedriveByChance, loses_nothing_and_runs_nothing_twice) {
    for (unsigned seed = 0; seed < 400; ++seed) {
        Chance chance(seed);
        chance.live();
        EXPECT_TRUE(chance.output().starts_with(R"([[1,2,3,4,5],{"MapRunArn":)"))
            << chance.output();
        ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    }
}

} // namespace
} // namespace gradus::test
