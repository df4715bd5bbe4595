#include "aws/http/make_client.hpp"

#include "aws/call_driver.hpp"

#include <cstdlib>
#include <random>

namespace gradus::aws {

namespace {

// Holds the parts in the order in which they may go.
class OwningClient final : public Client {
public:
    OwningClient(boost::asio::io_context& context, std::unique_ptr<AsioTransport> transport,
                 CallDriverOptions options)
        : transport_(std::move(transport)),
          timers_(context),
          driver_(*transport_, timers_, std::move(options)) {}

    CallId call(Call call, CallCompletion done) override {
        return driver_.call(std::move(call), std::move(done));
    }
    void cancel(CallId id) override { driver_.cancel(id); }

private:
    std::unique_ptr<AsioTransport> transport_;
    AsioTimerService timers_;
    CallDriver driver_;
};

} // namespace

Result<std::unique_ptr<Client>> make_client(boost::asio::io_context& context,
                                            ClientSettings settings) {
    AsioTransportOptions transport_options;
    if (const char* bundle = std::getenv("AWS_CA_BUNDLE"))
        transport_options.connection.ca_file = bundle;
    GRADUS_TRY(std::unique_ptr<AsioTransport> transport,
               AsioTransport::make(context, std::move(transport_options)));
    CallDriverOptions options;
    options.settings = std::move(settings);
    std::random_device entropy;
    options.random_seed = (static_cast<std::uint64_t>(entropy()) << 32) | entropy();
    return std::unique_ptr<Client>(
        std::make_unique<OwningClient>(context, std::move(transport), std::move(options)));
}

} // namespace gradus::aws
