#pragma once
// The machine's side of a program: one io_context, its clock as an EventLoop, and a client for the
// AWS that environment and shared files name.

#include "gradus/aws/client.hpp"
#include "gradus/event_loop.hpp"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace gradus {

/// What the caller knows of the AWS to talk to; what is empty comes from environment and shared
/// files.
struct AwsSettings {
    std::string profile;
    std::string region;
    std::string endpoint_url;
};

class Runtime {
public:
    Runtime();
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    EventLoop& loop();
    /// For listeners and other sockets; run by run_until only.
    boost::asio::io_context& context();
    /// Sockets are opened when the first call is made. Fails when the shared files can't be parsed
    /// or the trusted certificates can't be read.
    Result<std::unique_ptr<aws::Client>> make_aws_client(const AwsSettings& given);
    /// Runs timers and sockets until `is_done`, which is asked after each of them. False when
    /// nothing is left to wait for.
    bool run_until(const std::function<bool()>& is_done);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gradus
