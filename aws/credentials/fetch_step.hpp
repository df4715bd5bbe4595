#pragma once
// What the machines that fetch credentials ask for, and what they are told. They have no file,
// process or socket themselves; aws/credential_driver.hpp does what they ask.

#include "aws/http/transport.hpp"

#include "gradus/aws/client.hpp"
#include "gradus/aws/credentials.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace gradus::aws {

using CredentialsResult = Result<Credentials, CallError>;

struct ReadFile {
    std::string path;
};
struct WriteFile {
    std::string path;
    std::string text;
};
struct RunProcess {
    std::string command;
};
struct SendRequest {
    HttpRequest request;
    std::optional<SendTimeouts> timeouts; // nothing: those of the client
};
struct Pause {
    std::chrono::milliseconds delay;
};
struct Fetched {
    CredentialsResult result;
};
using FetchAction = std::variant<ReadFile, WriteFile, RunProcess, SendRequest, Pause, Fetched>;

/// The answer to ReadFile and RunProcess: a text, to WriteFile an empty one; to SendRequest; to
/// Pause.
using TextResult = Result<std::string>;
struct PauseOver {};
using FetchAnswer = std::variant<TextResult, TransportResult, PauseOver>;

/// A source that is set up and gives nothing.
inline CallError source_failed(std::string message) {
    CallError out;
    out.kind = CallError::Kind::credentials;
    out.code = "CredentialSourceFailed";
    out.message = std::move(message);
    out.attempts = 0;
    return out;
}

} // namespace gradus::aws
