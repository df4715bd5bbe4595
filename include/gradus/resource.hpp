#pragma once
// What a Task's Resource names, read out of its ARN. AWS, "Integrating other services".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {

enum class ResourceKind : std::uint8_t {
    lambda_function, // arn:aws:lambda:REGION:ACCOUNT:function:NAME
    activity,        // arn:aws:states:REGION:ACCOUNT:activity:NAME
    optimised,       // arn:aws:states:::SERVICE:ACTION
    aws_sdk,         // arn:aws:states:::aws-sdk:SERVICE:ACTION
};

enum class IntegrationPattern : std::uint8_t {
    request_response,
    run_job,        // .sync
    run_job_parsed, // .sync:2, whose result holds the child's output as JSON
    wait_for_task_token,
};

struct Resource {
    ResourceKind kind = ResourceKind::optimised;
    IntegrationPattern pattern = IntegrationPattern::request_response;
    std::string arn;     // as written
    std::string service; // "sqs"; "s3" of aws-sdk:s3:getObject; empty for functions and activities
    std::string action;  // "sendMessage"; a function's or activity's name

    /// The `resource` and `resourceType` of task events: "sendMessage.waitForTaskToken",
    /// "aws-sdk:s3".
    std::string history_resource() const;
    std::string history_resource_type() const;
    /// Whether a task token exists for it ($$.Task.Token).
    bool has_token() const;

    friend bool operator==(const Resource&, const Resource&) = default;
};

/// Nothing when the text is no resource that AWS would recognise.
std::optional<Resource> parse_resource(std::string_view arn);

} // namespace gradus
