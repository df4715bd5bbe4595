#include "aws/http/make_client.hpp"

#include "aws/call_driver.hpp"
#include "aws/http/host_files.hpp"

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
          files_(context),
          driver_(*transport_, timers_, with_host(std::move(options))) {}

    CallId call(Call call, CallCompletion done) override {
        return driver_.call(std::move(call), std::move(done));
    }
    void cancel(CallId id) override { driver_.cancel(id); }

private:
    CallDriverOptions with_host(CallDriverOptions options) {
        options.credential_host = &files_;
        return options;
    }

    std::unique_ptr<AsioTransport> transport_;
    AsioTimerService timers_;
    HostFiles files_;
    CallDriver driver_;
};

} // namespace

Result<std::unique_ptr<AsioTransport>> make_transport(boost::asio::io_context& context,
                                                      const ClientSettings& settings) {
    AsioTransportOptions options;
    options.connection.ca_file = settings.ca_bundle;
    options.limits.idle_milliseconds_max = settings.timeouts.idle.count();
    GRADUS_TRY(options.proxies, settings.proxies);
    return AsioTransport::make(context, std::move(options));
}

Result<std::unique_ptr<Client>> make_client(boost::asio::io_context& context,
                                            ClientSettings settings,
                                            std::shared_ptr<ModelCache> models) {
    GRADUS_TRY(std::unique_ptr<AsioTransport> transport, make_transport(context, settings));
    CallDriverOptions options;
    options.settings = std::move(settings);
    options.models = std::move(models);
    std::random_device entropy;
    options.random_seed = (static_cast<std::uint64_t>(entropy()) << 32) | entropy();
    return std::unique_ptr<Client>(
        std::make_unique<OwningClient>(context, std::move(transport), std::move(options)));
}

} // namespace gradus::aws
