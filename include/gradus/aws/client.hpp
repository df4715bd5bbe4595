#pragma once
// Any operation of any modelled AWS service, by name, over JSON values. This is the only way in
// which the rest of gradus sees AWS. One implementation signs and sends over sockets, the other
// carries the same signed requests to the simulated AWS in this process, on virtual time.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <functional>
#include <string>

namespace gradus::aws {

/// One call. Member names of `input` are those of the service's model (as in the AWS CLI's JSON).
struct Call {
    std::string service; // as in the model bundle: "ec2", "autoscaling", "ecs", "ssm", "events"…
    std::string operation; // as in the model: "DescribeInstances"
    Value input = Value::object();
    std::string region; // empty: the client's default region
    // The role that the call is made as, assumed with the client's own credentials; empty: none.
    // The id is what the role's trust policy may ask for as sts:ExternalId.
    std::string role_arn;
    std::string role_external_id;
};

/// Why a call gave no result, after all retries.
struct CallError {
    enum class Kind {
        invalid_call, // found before anything was sent: unknown operation or member, wrong type
        service,      // AWS answered with an error
        transport,    // no answer: connect, TLS, time-out, malformed
        // None found, or they could not be read; or the role was refused, which has the code,
        // message and status of STS.
        credentials,
    };
    Kind kind = Kind::service;
    std::string code; // as AWS names it: "InsufficientInstanceCapacity"; ours for the other kinds
    std::string message; // as AWS words it
    int http_status = 0;
    std::string request_id;
    std::string
        shape; // the modelled exception's name when the model has one for the code, else empty
    int attempts = 1;
    std::string extended_request_id; // S3's second id; other services have none

    friend bool operator==(const CallError&, const CallError&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const CallError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

/// What a successful call gave.
struct CallOutput {
    // Members named as in the model; time stamps as epoch seconds, blobs as text. A blob that is
    // the whole body of an answer (an object of S3) has its bytes, which needn't be UTF-8.
    Value output;
    int http_status = 200;
    std::string request_id;
    Value headers = Value::object(); // of the HTTP answer, as received
};

using CallResult = Result<CallOutput, CallError>;
using CallCompletion = std::function<void(CallResult)>;

/// Handed out by call() so that a time-out or a stopped execution can give up on it.
using CallId = std::uint64_t;

class Client {
public:
    virtual ~Client() = default;

    /// Begins a call; `done` is called exactly once, later, on the thread that drives this client,
    /// never from inside call(). Retries, throttling and credentials are handled inside.
    virtual CallId call(Call call, CallCompletion done) = 0;
    /// Gives up: `done` of that call won't be called. The other side may have acted all the same.
    virtual void cancel(CallId id) = 0;
};

} // namespace gradus::aws
