#include "aws/model/validate.hpp"

#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

std::string problems(std::string_view service, std::string_view operation,
                     std::string_view params) {
    ModelCache cache;
    const auto model = *cache.get(service);
    return describe(validate(*model->find_operation(operation), *parse_json(params)));
}

TEST(Validate, takes_what_the_model_knows) {
    EXPECT_EQ(problems("ec2", "DescribeInstances",
                       R"({"InstanceIds": ["i-1"], "Filters": [{"Name": "a", "Values": ["b"]}],
                           "MaxResults": 5, "DryRun": false})"),
              "");
    EXPECT_EQ(problems("sts", "GetCallerIdentity", "{}"), "");
}

TEST(Validate, suggests_the_member_that_was_meant) {
    EXPECT_EQ(problems("ec2", "DescribeInstances", R"({"instanceIds": ["i-1"]})"),
              "unknown member 'instanceIds', did you mean 'InstanceIds'?");
    EXPECT_EQ(problems("ec2", "DescribeInstances", R"({"Filters": [{"Nane": "a"}]})"),
              "Filters[0]: unknown member 'Nane', did you mean 'Name'?");
    EXPECT_EQ(problems("ec2", "DescribeInstances", R"({"Quux": 1})"), "unknown member 'Quux'");
}

TEST(Validate, names_missing_members_and_wrong_types_with_their_place) {
    EXPECT_EQ(problems("ssm", "PutParameter", R"({"Value": 1, "Overwrite": "yes"})"),
              "Value: expected a string, found integer; "
              "Overwrite: expected a boolean, found string; "
              "required member 'Name' is missing");
    EXPECT_EQ(problems("ec2", "DescribeInstances", R"({"InstanceIds": "i-1"})"),
              "InstanceIds: expected an array, found string");
    EXPECT_EQ(problems("ec2", "DescribeInstances", R"({"MaxResults": 1.5})"),
              "MaxResults: expected an integer, found number");
    EXPECT_EQ(problems("ec2", "CreateFleet",
                       R"({"LaunchTemplateConfigs": [], "ValidFrom": "soon",
                           "TargetCapacitySpecification": {"TotalTargetCapacity": 1}})"),
              "ValidFrom: expected a time stamp (epoch seconds or ISO 8601), found string");
}

TEST(Validate, takes_null_as_absent) {
    EXPECT_EQ(problems("ssm", "GetParameter", R"({"Name": null})"),
              "required member 'Name' is missing");
    EXPECT_EQ(problems("ssm", "GetParameter", R"({"Name": "a", "WithDecryption": null})"), "");
}

TEST(Validate, stops_counting_problems_at_its_limit) {
    std::string params = R"({"InstanceIds": [)";
    for (int i = 0; i < 50; ++i)
        params += "1,";
    params += "1]}";
    ModelCache cache;
    const auto model = *cache.get("ec2");

    const auto found = validate(*model->find_operation("DescribeInstances"), *parse_json(params));

    EXPECT_EQ(found.size(), 20U);
    EXPECT_EQ(found[19].path, "InstanceIds[19]");
}

} // namespace
