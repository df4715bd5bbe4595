#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

TEST(CheckScope, finds_targets_in_scopes_that_come_later) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {
                  "A": {"Type": "Pass", "Next": "Inner"},
                  "P": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "Inner",
                        "States": {"Inner": {"Type": "Succeed"}}}}}})"),
              (Faults{"/States/A/Next: The 'Next' target Inner is in another scope, at "
                      "/States/P/ItemProcessor/States/Inner",
                      "/States/P: State \"P\" is not reachable."}));
}

TEST(CheckScope, wants_names_that_are_unique_in_the_whole_definition) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true,
                  "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}]}}})"),
              (Faults{"/States/A/Branches/0/States/A: State name is already used at /States/A"}));
}

TEST(CheckScope, wants_members_that_occur_once) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}})"),
              (Faults{"/StartAt: Duplicate field 'StartAt'"}));
}

TEST(CheckScope, tells_states_without_a_way_in_from_those_that_are_cut_off_with_them) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {"A": {"Type": "Succeed"},
                  "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Succeed"},
                  "D": {"Type": "Pass", "Next": "D"}}})"),
              (Faults{"/States/B: State \"B\" is not reachable.",
                      "warning UNREACHABLE_STATE /States/C: State \"C\" is not reachable from "
                      "StartAt.",
                      "warning UNREACHABLE_STATE /States/D: State \"D\" is not reachable from "
                      "StartAt."}));
}

TEST(CheckScope, wants_an_end_in_each_scope) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"},
                  "B": {"Type": "Pass", "Next": "A"}}})"),
              (Faults{"/States: No state ends the workflow or branch"}));
}

TEST(CheckScope, wants_next_or_end_where_they_belong) {
    EXPECT_EQ(state_faults(R"("Type": "Pass")"),
              (Faults{"/States: No state ends the workflow or branch",
                      "/States/A: One of these fields is required: [Next, End]"}));
    EXPECT_EQ(state_faults(R"("Type": "Pass", "Next": "A", "End": true)"),
              (Faults{"/States/A/End: Only one of these fields may be set: [Next, End]"}));
    EXPECT_EQ(state_faults(R"("Type": "Succeed", "End": true)"),
              (Faults{"/States/A/End: Field 'End' is not supported"}));
    EXPECT_EQ(state_faults(R"("Type": "Fail", "Next": "A")"),
              (Faults{"/States/A/Next: Field 'Next' is not supported"}));
}

TEST(CheckScope, limits_state_names_to_80_characters) {
    const std::string name(81, 'n');

    EXPECT_EQ(faults(R"({"StartAt": ")" + name + R"(", "States": {")" + name +
                     R"(": {"Type": "Succeed"}}})"),
              (Faults{"/States/" + name + ": State name is longer than 80 characters"}));
}

TEST(CheckScope, lets_nested_machines_have_their_own_fields_only) {
    EXPECT_EQ(state_faults(R"("Type": "Parallel", "End": true, "Branches": [{"StartAt": "B",
                  "TimeoutSeconds": 5, "States": {"B": {"Type": "Succeed"}}}])"),
              (Faults{"/States/A/Branches/0/TimeoutSeconds: Field 'TimeoutSeconds' is not "
                      "supported"}));
    EXPECT_EQ(state_faults(R"("Type": "Parallel", "End": true, "Branches": [])"),
              (Faults{"/States/A/Branches: Value cannot be empty"}));
}

} // namespace
} // namespace gradus
