#pragma once
// Jobs that a task waits for (.sync), as a table: how a job is looked at and stopped, and what its
// states mean. AWS, "Run a Job (.sync)" and the page of each service; JobIntegration reads it, and
// docs/integrations.md is made from it.

#include "gradus/failure.hpp"
#include "gradus/resource.hpp"
#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <span>
#include <string_view>

namespace gradus {

/// A parameter of a describe or stop call, in the names of tasks.
struct JobArgument {
    enum class From { request, response, literal, request_listed, response_listed };
    std::string_view member;
    From from = From::request;
    std::string_view
        path; // in the task's parameters or in the start call's result: "Tasks.0.TaskArn"
};

enum class JobVerdict { unknown, running, succeeded, failed };

struct JobKind {
    std::string_view service; // of the optimised call that starts it
    std::string_view action;
    std::string_view describe; // operation
    std::span<const JobArgument> describe_arguments;
    std::string_view output;  // path in the description; empty: all of it
    std::string_view wrapper; // member that the output is put into; empty: none
    std::string_view kept;    // member of the start call's result that goes along; empty: none
    std::string_view status;  // path in the description
    std::span<const std::string_view>
        succeeded; // statuses; others than these and `failed`: running
    std::span<const std::string_view> failed;
    std::string_view stop = {}; // operation; empty: it can't be stopped
    std::span<const JobArgument> stop_arguments = {};
    std::string_view gone = {}; // error that means that a deletion is done
    // Instead of `succeeded` and `failed`, where a status alone doesn't tell.
    JobVerdict (*judge)(const Value& output) = nullptr;
    // Whether the start call's result names a job at all; null: always.
    Result<Value, Failure> (*started)(Value response) = nullptr;
};

std::span<const JobKind> job_kinds();
/// Null when the resource isn't one of them.
const JobKind* find_job(const Resource& resource);

/// The parameters of a call; what isn't there is left out.
Value job_arguments(std::span<const JobArgument> arguments, const Value& request,
                    const Value& response);
/// What a description says. `unknown`: the service doesn't know the job, or not yet.
JobVerdict job_verdict(const JobKind& kind, const Value& description);
/// What the task gets, or shows as the cause of its failure.
Value job_output(const JobKind& kind, const Value& description, const Value& response);

} // namespace gradus
