#pragma once
// A small HTTP/1.1 server on one io_context: bytes to requests and answers to bytes, with limits on
// everything a stranger can send. What is answered is the handler's business.

#include "aws/http/message.hpp"
#include "gradus/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}

namespace gradus {

struct ListenerLimits {
    std::size_t connections_max = 256; // more are closed at once
    std::uint32_t header_bytes_max = 32 * 1024;
    std::uint64_t body_bytes_max = 16U * 1024 * 1024;
    std::chrono::seconds idle{60}; // without a complete request, or an answer taken
};

/// What a server shows its clients, as PEM files.
struct ServerCertificate {
    std::string chain_file;
    std::string key_file;
};

class HttpListener {
public:
    /// Gives the answer to one request, at once or later, once, on the thread that runs the
    /// io_context. What comes after the connection has ended is dropped.
    using Respond = std::function<void(aws::HttpResponse)>;
    /// Called on the thread that runs the io_context.
    using Handler = std::function<void(const aws::HttpRequest&, Respond)>;

    /// `address` is "HOST:PORT" with a numeric host; port 0 takes any free one. The io_context must
    /// outlive the listener; destroying it closes every connection. With a certificate it speaks
    /// TLS 1.2 and later, and nothing else. Fails with invalid_argument for an address or a
    /// certificate that can't be used, with io when the port can't be had.
    static Result<std::unique_ptr<HttpListener>>
    make(boost::asio::io_context& context, const std::string& address, Handler handler,
         ListenerLimits limits = {}, const std::optional<ServerCertificate>& certificate = {});
    ~HttpListener();

    /// No new connections from now on; those that are open go on.
    void stop_accepting();

    /// "127.0.0.1:8083", with the port that was taken.
    std::string address() const;

private:
    class State;
    explicit HttpListener(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

} // namespace gradus
