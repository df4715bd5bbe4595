#pragma once
// A small HTTP server for tests of the transport, in the same io_context.

#include "aws/http/asio_transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <memory>

namespace gradus::aws {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using std::chrono::milliseconds;

inline constexpr auto as_values = net::as_tuple(net::use_awaitable);

struct Prepared {
    std::string bytes;
    enum class Then { keep, close, hang } then = Then::keep;
};

inline std::string ok(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

/// Answers on a loopback port that the system chooses, with prepared bytes.
class Server {
public:
    explicit Server(net::io_context& context)
        : acceptor_(context, tcp::endpoint(net::ip::address_v4::loopback(), 0)) {
        net::co_spawn(context, accept(), net::detached);
    }
    Server(net::io_context& context, net::ssl::context& tls) : Server(context) { tls_ = &tls; }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    std::deque<Prepared> answers;
    std::vector<std::string> requests; // without bodies
    int connections = 0;
    bool is_proxy = false; // opens a tunnel, at whose end it is itself

private:
    net::awaitable<void> accept() {
        while (true) {
            auto [error, socket] = co_await acceptor_.async_accept(as_values);
            if (error) co_return;
            ++connections;
            net::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), net::detached);
        }
    }

    net::awaitable<void> serve(tcp::socket socket) {
        if (is_proxy) {
            std::string buffer;
            co_await net::async_read_until(socket, net::dynamic_buffer(buffer), "\r\n\r\n",
                                           as_values);
            requests.push_back(buffer);
            const std::string_view open = "HTTP/1.1 200 Connection established\r\n\r\n";
            co_await net::async_write(socket, net::buffer(open), as_values);
        }
        if (tls_ == nullptr) {
            co_await answer(socket);
            co_return;
        }
        net::ssl::stream<tcp::socket> stream(std::move(socket), *tls_);
        auto [error] = co_await stream.async_handshake(net::ssl::stream_base::server, as_values);
        if (!error) co_await answer(stream);
    }

    template <class Stream>
    net::awaitable<void> answer(Stream& stream) {
        std::string buffer;
        while (true) {
            auto [error, size] = co_await net::async_read_until(stream, net::dynamic_buffer(buffer),
                                                                "\r\n\r\n", as_values);
            if (error) co_return;
            requests.push_back(buffer.substr(0, size));
            buffer.clear();
            if (answers.empty()) co_return;
            const Prepared prepared = answers.front();
            answers.pop_front();
            auto [write_error, written] =
                co_await net::async_write(stream, net::buffer(prepared.bytes), as_values);
            if (write_error || prepared.then == Prepared::Then::close) co_return;
            if (prepared.then != Prepared::Then::hang) continue;
            net::steady_timer forever(stream.get_executor(), std::chrono::hours(1));
            co_await forever.async_wait(as_values);
        }
    }

    tcp::acceptor acceptor_;
    net::ssl::context* tls_ = nullptr;
};

/// A transport and a server in one io_context.
struct Bench {
    net::io_context context;
    Server server{context};
    std::unique_ptr<AsioTransport> transport;
    std::vector<TransportResult> results;

    explicit Bench(AsioTransportOptions options = {})
        : transport(std::move(*AsioTransport::make(context, std::move(options)))) {}

    HttpRequest request() const {
        HttpRequest out;
        out.scheme = HttpRequest::Scheme::http;
        out.host = "127.0.0.1";
        out.port = server.port();
        out.headers = {{"Host", "test"}};
        return out;
    }
    SendId send(SendTimeouts timeouts = {}) {
        return transport->send(request(), timeouts, [this](TransportResult result) {
            results.push_back(std::move(result));
        });
    }
    // Until so many answers are there; the time only bounds a test that fails.
    void run(std::size_t count) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (results.size() < count && std::chrono::steady_clock::now() < end)
            context.run_one_for(milliseconds(100));
        ASSERT_EQ(results.size(), count);
    }
};

} // namespace gradus::aws
