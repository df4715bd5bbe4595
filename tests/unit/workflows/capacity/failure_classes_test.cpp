#include "workflows/capacity/failure_classes.hpp"

#include <gtest/gtest.h>

#include <array>

namespace gradus::capacity {
namespace {

using enum FailureClass;

struct Case {
    std::string_view text;
    FailureClass kind;
    FailureAction action;
};

TEST(FailureClasses, texts_of_every_carrier_are_recognised) {
    const auto cases = std::to_array<Case>({
        // Auto Scaling, mixed groups
        {"Launching a new EC2 instance.  Status Reason: Could not launch Spot Instances. "
         "UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration. "
         "Please adjust your request and try again. Launching EC2 instance failed.",
         capacity, FailureAction::next_pool},
        // Auto Scaling, groups of one type: words without a code
        {"We currently do not have sufficient g4dn.xlarge capacity in zones with support for "
         "'gp3' volumes. Our system will be working on provisioning additional capacity. "
         "Launching EC2 instance failed.",
         capacity, FailureAction::next_pool},
        {"There is no Spot capacity available that matches your request. Launching EC2 instance "
         "failed.",
         capacity, FailureAction::next_pool},
        // The command line
        {"An error occurred (VcpuLimitExceeded) when calling the RunInstances operation: You have "
         "requested more vCPU capacity than your current vCPU limit of 0 allows",
         quota, FailureAction::next_pool},
        // Terraform with the second SDK
        {"Error: creating EC2 Instance: operation error EC2: RunInstances, https response error "
         "StatusCode: 403, RequestID: 1, api error UnauthorizedOperation: You are not authorized",
         auth, FailureAction::stop},
        // CloudFormation: the code at the end, the words before it
        {"Your requested instance type (p3.2xlarge) is not supported in your requested "
         "Availability Zone (us-east-1e). (Service: AmazonEC2; Status Code: 400; Error Code: "
         "Unsupported; Request ID: 1; Proxy: null)",
         not_offered, FailureAction::next_pool},
        // Step Functions' SDK causes
        {"Rate exceeded (Service: AutoScaling, Status Code: 400, Request ID: 1) (SDK Attempt "
         "Count: 3)",
         throttle, FailureAction::back_off},
        {"The image id '[ami-0123]' does not exist", image, FailureAction::stop},
        {"There are not enough free addresses in subnet 'subnet-1' to satisfy the requested "
         "number of instances.",
         network, FailureAction::next_pool},
        {"Instance became unhealthy while waiting for instance to be in InService state. "
         "Termination Reason: Server.SpotInstanceTermination: Spot instance termination",
         interruption, FailureAction::replace},
        {"nothing that anybody has seen before", unknown, FailureAction::retry},
    });

    for (const Case& expected : cases) {
        const Classified found = classify_text(expected.text);
        EXPECT_EQ(to_string(found.kind), to_string(expected.kind)) << expected.text;
        EXPECT_EQ(to_string(found.action), to_string(expected.action)) << expected.text;
    }
}

TEST(FailureClasses, the_first_cause_counts_and_what_follows_is_cascade) {
    const Classified found = classify_text(
        "InsufficientInstanceCapacity in us-east-1a\nThe following resource(s) "
        "failed to create: [Group]. ThrottlingException\nResource creation cancelled");

    EXPECT_EQ(found.kind, capacity);
    EXPECT_EQ(found.code, "InsufficientInstanceCapacity");
}

TEST(FailureClasses, words_decide_where_a_code_has_two_meanings) {
    EXPECT_EQ(classify("AuthFailure", "Not authorized for images: [ami-1]").kind, image);
    EXPECT_EQ(classify("AuthFailure", "AWS was not able to validate the credentials").kind, auth);
    EXPECT_EQ(classify("InvalidParameterValue", "Invalid value 'g9.xlarge' for InstanceType.").kind,
              not_offered);
    EXPECT_EQ(classify("InvalidParameterValue", "The architecture 'arm64' of the specified "
                                                "instance type does not match the architecture "
                                                "'x86_64' of the specified AMI.")
                  .kind,
              image);
    EXPECT_EQ(
        classify("InvalidParameterException", "No Container Instances were found in your cluster.")
            .kind,
        later);
}

TEST(FailureClasses, zones_that_aws_names_are_kept) {
    const Classified found = classify(
        "InsufficientInstanceCapacity",
        "We currently do not have sufficient p3.2xlarge capacity in the Availability Zone you "
        "requested (us-east-1a). Our system will be working on provisioning additional capacity. "
        "You can currently get p3.2xlarge capacity by not specifying an Availability Zone in your "
        "request or choosing us-east-1b, us-east-1f.");

    EXPECT_EQ(found.try_zones, (std::vector<std::string>{"us-east-1b", "us-east-1f"}));
}

TEST(FailureClasses, a_code_inside_a_longer_word_is_no_code) {
    EXPECT_EQ(classify_text("NoInsufficientInstanceCapacityHere").kind, unknown);
    EXPECT_EQ(classify_text("AuthFailure.ServiceLinkedRoleCreationNotPermitted").code,
              "AuthFailure.ServiceLinkedRoleCreationNotPermitted");
}

TEST(FailureClasses, ecs_says_by_name_what_is_wrong) {
    EXPECT_EQ(classify_ecs_failure("RESOURCE:GPU").kind, later);
    EXPECT_EQ(classify_ecs_failure("AGENT").kind, later);
    EXPECT_EQ(classify_ecs_failure("ATTRIBUTE").kind, parameter);
    EXPECT_EQ(
        classify_stopped_task("TaskFailedToStart", "CannotPullContainerError: no such image").kind,
        image);
    EXPECT_EQ(classify_stopped_task("EssentialContainerExited", "OutOfMemoryError: killed").kind,
              parameter);
    EXPECT_EQ(classify_stopped_task("", "Host EC2 (instance i-1) terminated.").kind, interruption);
    EXPECT_EQ(classify_stopped_task("SpotInterruption", "Spot interruption").action,
              FailureAction::replace);
}

TEST(FailureClasses, only_what_concerns_the_pool_excludes_it) {
    EXPECT_EQ(classify("InsufficientInstanceCapacity", "").exclusion, std::chrono::minutes(3));
    EXPECT_EQ(classify("Unsupported", "").exclusion, std::chrono::hours(24));
    EXPECT_EQ(classify("Throttling", "").exclusion.count(), 0);
    EXPECT_EQ(classify("InvalidAMIID.NotFound", "").exclusion.count(), 0);
}

} // namespace
} // namespace gradus::capacity
