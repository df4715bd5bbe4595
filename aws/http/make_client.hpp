#pragma once
// The client that a program uses: settings from the environment and the shared files, sockets and
// timers of the program's io_context. For anything special, put the parts together yourself.

#include "aws/credentials/settings.hpp"
#include "aws/http/asio_transport.hpp"

#include "gradus/aws/client.hpp"

#include <memory>

namespace gradus::aws {

/// The io_context must outlive the client, which is driven by the thread that runs it.
/// AWS_CA_BUNDLE names certificates to trust instead of the system's. Fails when the certificates
/// can't be read.
Result<std::unique_ptr<Client>> make_client(boost::asio::io_context& context,
                                            ClientSettings settings);

} // namespace gradus::aws
