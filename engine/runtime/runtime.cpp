#include "gradus/runtime.hpp"

#include "aws/http/installed_services.hpp"
#include "aws/http/load_settings.hpp"
#include "aws/http/make_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <optional>

namespace gradus {

struct Runtime::State {
    boost::asio::io_context context{1}; // one thread, which calls run_until
    aws::AsioTimerService loop{context};
    std::shared_ptr<aws::ModelCache> services =
        std::make_shared<aws::ModelCache>(aws::find_installed_services());
    std::optional<boost::asio::signal_set> signals;
};

Runtime::Runtime() : state_(std::make_unique<State>()) {}
Runtime::~Runtime() = default;

EventLoop& Runtime::loop() { return state_->loop; }

const std::shared_ptr<aws::ModelCache>& Runtime::services() { return state_->services; }

boost::asio::io_context& Runtime::context() { return state_->context; }

Result<std::unique_ptr<aws::Client>> Runtime::make_aws_client(const AwsSettings& given) {
    GRADUS_TRY(aws::ClientSettings settings,
               aws::load_settings({.profile = given.profile,
                                   .region = given.region,
                                   .endpoint_url = given.endpoint_url}));
    return aws::make_client(state_->context, std::move(settings), state_->services);
}

Result<std::unique_ptr<aws::Transport>> Runtime::make_transport(const AwsSettings& given) {
    GRADUS_TRY(const aws::ClientSettings settings,
               aws::load_settings({.profile = given.profile,
                                   .region = given.region,
                                   .endpoint_url = given.endpoint_url}));
    GRADUS_TRY(std::unique_ptr<aws::Transport> transport,
               aws::make_transport(state_->context, settings));
    return transport;
}

void Runtime::on_interrupt(std::function<void()> interrupted) {
    boost::asio::signal_set& signals = state_->signals.emplace(state_->context, SIGINT, SIGTERM);
    signals.async_wait(
        [this, interrupted = std::move(interrupted)](const boost::system::error_code& error, int) {
            if (error) return;
            state_->signals->clear(); // the next one ends the process
            interrupted();
        });
}

bool Runtime::run_until(const std::function<bool()>& is_done) {
    state_->context.restart(); // it may have run out of things to wait for before
    while (!is_done()) {
        if (state_->context.run_one() == 0) return is_done();
    }
    return true;
}

} // namespace gradus
