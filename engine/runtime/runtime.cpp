#include "gradus/runtime.hpp"

#include "aws/http/load_settings.hpp"
#include "aws/http/make_client.hpp"

#include <boost/asio/io_context.hpp>

namespace gradus {

struct Runtime::State {
    boost::asio::io_context context{1}; // one thread, which calls run_until
    aws::AsioTimerService loop{context};
};

Runtime::Runtime() : state_(std::make_unique<State>()) {}
Runtime::~Runtime() = default;

EventLoop& Runtime::loop() { return state_->loop; }

boost::asio::io_context& Runtime::context() { return state_->context; }

Result<std::unique_ptr<aws::Client>> Runtime::make_aws_client(const AwsSettings& given) {
    GRADUS_TRY(aws::ClientSettings settings,
               aws::load_settings({.profile = given.profile,
                                   .region = given.region,
                                   .endpoint_url = given.endpoint_url}));
    return aws::make_client(state_->context, std::move(settings));
}

bool Runtime::run_until(const std::function<bool()>& is_done) {
    while (!is_done()) {
        if (state_->context.run_one() == 0) return is_done();
    }
    return true;
}

} // namespace gradus
