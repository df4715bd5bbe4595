#pragma once
// The client that a program uses: settings from the environment and the shared files, sockets and
// timers of the program's io_context. For anything special, put the parts together yourself.

#include "aws/credentials/settings.hpp"
#include "aws/http/asio_transport.hpp"
#include "aws/model/models.hpp"

#include "gradus/aws/client.hpp"

#include <memory>

namespace gradus::aws {

/// A transport with the proxies and certificates that the settings name. The io_context must
/// outlive it. Fails as make_client does.
Result<std::unique_ptr<AsioTransport>> make_transport(boost::asio::io_context& context,
                                                      const ClientSettings& settings);

/// The io_context must outlive the client, which is driven by the thread that runs it.
/// `models` as in CallDriverOptions. Fails when the certificates to trust can't be read, or the
/// settings name a proxy that isn't one.
Result<std::unique_ptr<Client>> make_client(boost::asio::io_context& context,
                                            ClientSettings settings,
                                            std::shared_ptr<ModelCache> models = nullptr);

} // namespace gradus::aws
