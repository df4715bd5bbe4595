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

namespace gradus::aws {
class ModelCache;
class Transport;
} // namespace gradus::aws

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
    /// The models of AWS's services, of all when their file is installed (docs/aws-client.md). For
    /// EngineOptions, too, so that each is parsed once; for the thread that calls run_until.
    const std::shared_ptr<aws::ModelCache>& services();
    /// Sockets are opened when the first call is made. Fails when the shared files can't be parsed
    /// or the trusted certificates can't be read.
    Result<std::unique_ptr<aws::Client>> make_aws_client(const AwsSettings& given);
    /// For HTTP tasks, with the proxies and certificates of the same settings. Fails alike.
    Result<std::unique_ptr<aws::Transport>> make_transport(const AwsSettings& given);
    /// Calls once, from run_until, when the process is asked to end (SIGINT, SIGTERM). Being asked
    /// again ends it at once. While this waits, run_until finds something to wait for.
    void on_interrupt(std::function<void()> interrupted);
    /// Runs timers and sockets until `is_done`, which is asked after each of them. False when
    /// nothing is left to wait for.
    bool run_until(const std::function<bool()>& is_done);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gradus
