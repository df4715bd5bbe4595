#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;

TEST(SimulatedParameters, have_versions_and_are_not_overwritten_by_chance) {
    TestWorld world(small_world(1));
    constexpr std::string_view put = R"({"Name": "/p/status", "Value": "a", "Type": "String"})";

    const Value first = world.client.must("ssm", "PutParameter", put);
    const auto again = world.client.error("ssm", "PutParameter", put);
    const Value second = world.client.must(
        "ssm", "PutParameter", R"({"Name": "/p/status", "Value": "b", "Overwrite": true})");
    const Value read = world.client.must("ssm", "GetParameter", R"({"Name": "/p/status"})");

    EXPECT_EQ(text_at(first, "/Version"), "1");
    EXPECT_EQ(again.code, "ParameterAlreadyExists");
    EXPECT_EQ(text_at(second, "/Version"), "2");
    EXPECT_EQ(text_at(read, "/Parameter/Value"), "b");
    EXPECT_EQ(text_at(read, "/Parameter/Version"), "2");
    EXPECT_EQ(text_at(read, "/Parameter/ARN"),
              "arn:aws:ssm:us-west-2:123456789012:parameter/p/status");
    EXPECT_EQ(text_at(read, "/Parameter/LastModifiedDate"), "1767225600");
}

TEST(SimulatedParameters, are_missed_by_name) {
    TestWorld world(small_world(1));

    EXPECT_EQ(world.client.error("ssm", "GetParameter", R"({"Name": "x"})").code,
              "ParameterNotFound");
    EXPECT_EQ(world.client.error("ssm", "DeleteParameter", R"({"Name": "x"})").code,
              "ParameterNotFound");
    EXPECT_EQ(world.client.must("ssm", "GetParameters", R"({"Names": ["x"]})"),
              *parse_json(R"({"Parameters": [], "InvalidParameters": ["x"]})"));
}

TEST(SimulatedParameters, are_read_by_path_in_pages) {
    TestWorld world(small_world(1));
    for (int i = 0; i < 12; ++i)
        world.client.must("ssm", "PutParameter",
                          R"({"Type": "String", "Value": "v", "Name": "/a/)" +
                              std::to_string(100 + i) + "\"}");
    world.client.must("ssm", "PutParameter",
                      R"({"Type": "String", "Value": "v", "Name": "/a/deep/er"})");

    const Value first = world.client.must("ssm", "GetParametersByPath", R"({"Path": "/a"})");
    const Value second = world.client.must("ssm", "GetParametersByPath",
                                           R"({"Path": "/a", "NextToken": ")" +
                                               text_at(first, "/NextToken") + "\"}");
    const Value all = world.client.must("ssm", "GetParametersByPath",
                                        R"({"Path": "/a", "Recursive": true, "NextToken": ")" +
                                            text_at(first, "/NextToken") + "\"}");

    EXPECT_EQ(first["Parameters"].size(), 10u);
    EXPECT_EQ(second["Parameters"].size(), 2u);
    EXPECT_EQ(all["Parameters"].size(), 3u);
}

TEST(SimulatedParameters, belong_to_one_region) {
    TestWorld world(small_world(1));
    world.client.must("ssm", "PutParameter", R"({"Type": "String", "Value": "v", "Name": "n"})");

    const auto elsewhere =
        world.client.call_in("us-east-1", "ssm", "GetParameter", *parse_json(R"({"Name": "n"})"));

    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().code, "ParameterNotFound");
}

} // namespace
