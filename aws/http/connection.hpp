#pragma once
// One HTTP/1.1 connection to AWS, plain or TLS, for one exchange after another. Beast and OpenSSL
// stay in connection.cpp, the only client file that sees them. Inside of aws/http.

#include "aws/http/pool.hpp"
#include "aws/http/transport.hpp"
#include "aws/proxy.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}

namespace gradus::aws {

struct ConnectionOptions {
    std::string ca_file; // PEM, trusted instead of the system's; empty: the system's
    std::string ca_pem;  // the same as text
    std::size_t response_header_bytes_max = std::size_t{64} * 1024;
    std::size_t response_body_bytes_max = std::size_t{64} * 1024 * 1024;
};

/// Certificates and settings that all connections share.
class TlsContext;

/// Fails with io when the certificates can't be read.
Result<std::shared_ptr<TlsContext>> make_tls_context(const ConnectionOptions& options);

class Connection {
public:
    /// Told how an exchange ended; not after close().
    struct Ended {
        TransportResult result;
        PoolPolicy::Reusable reusable = PoolPolicy::Reusable::no;
        // Nothing of an answer had come when it broke: on a reused connection the other side had
        // most likely closed it before.
        bool is_before_answer = false;
    };
    /// What an exchange is at.
    enum class Stage { connecting, tls, exchanging };
    struct Handlers {
        // At the beginning of a stage, and whenever bytes of the exchange have moved.
        std::function<void(Stage)> progress;
        std::function<void(Ended)> ended;
    };

    virtual ~Connection() = default;
    /// One at a time. Connects first when it isn't connected.
    virtual void exchange(HttpRequest request, Handlers handlers) = 0;
    /// Ends everything at once; no handler is called any more.
    virtual void close() = 0;
};

/// Goes through `proxy` when there is one: plain http asks it for whole URLs, https for a tunnel.
std::shared_ptr<Connection> make_connection(boost::asio::io_context& context,
                                            std::shared_ptr<TlsContext> tls, PoolKey key,
                                            std::optional<Proxy> proxy,
                                            const ConnectionOptions& options);

} // namespace gradus::aws
