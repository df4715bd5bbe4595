#include "aws/http/connection.hpp"

#include "aws/endpoint/endpoint.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <optional>
#include <utility>

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = net::ip::tcp;

namespace gradus::aws {

class TlsContext {
public:
    TlsContext() : context(net::ssl::context::tls_client) {}

    net::ssl::context context;
};

namespace {

constexpr auto as_values = net::as_tuple(net::use_awaitable);

TransportError failed(TransportError::Kind kind, const char* what, const PoolKey& key,
                      const error_code& error) {
    return {kind, std::string(what) + ' ' + key.host + ':' + std::to_string(key.port) + ": " +
                      error.message()};
}

// "host:port"; addresses of IPv6 in brackets.
std::string authority_of(const PoolKey& key) {
    const bool is_ipv6 = key.host.find(':') != std::string::npos;
    return (is_ipv6 ? '[' + key.host + ']' : key.host) + ':' + std::to_string(key.port);
}

// What a failure of writing or reading says about the other side.
TransportError::Kind kind_of(const error_code& error) {
    if (error == http::error::body_limit || error == http::error::header_limit)
        return TransportError::Kind::too_large;
    const bool is_cut =
        error == http::error::end_of_stream || error == http::error::partial_message;
    const bool is_http =
        error.category() == http::make_error_code(http::error::end_of_stream).category();
    if (is_http && !is_cut) return TransportError::Kind::malformed;
    return TransportError::Kind::closed;
}

http::request<http::string_body> beast_request(HttpRequest request) {
    http::request<http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.target);
    for (const HttpHeader& header : request.headers)
        out.insert(header.name, header.value);
    out.body() = std::move(request.body);
    out.prepare_payload();
    return out;
}

HttpResponse response_of(http::response<http::string_body> answer) {
    HttpResponse out;
    out.status = static_cast<int>(answer.result_int());
    for (const auto& field : answer)
        out.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    out.body = std::move(answer.body());
    return out;
}

class BeastConnection final : public Connection,
                              public std::enable_shared_from_this<BeastConnection> {
public:
    BeastConnection(net::io_context& context, std::shared_ptr<TlsContext> tls, PoolKey key,
                    std::optional<Proxy> proxy, const ConnectionOptions& options)
        : tls_(std::move(tls)),
          key_(std::move(key)),
          proxy_(std::move(proxy)),
          options_(options),
          resolver_(context),
          socket_(context) {}

    void exchange(HttpRequest request, Handlers handlers) override {
        handlers_ = std::move(handlers);
        // The coroutine holds the connection; close() ends what it waits for.
        net::co_spawn(
            socket_.get_executor(), run(shared_from_this(), std::move(request)),
            [self = shared_from_this()](const std::exception_ptr& exception, Ended ended) {
                // Only memory can run out: failures of sockets are values.
                if (exception)
                    ended = {TransportError{TransportError::Kind::closed, "out of memory"}};
                if (self->is_closed_) return;
                // The handler may begin the next exchange, which puts new handlers here.
                const Handlers done = std::exchange(self->handlers_, {});
                done.ended(std::move(ended));
            });
    }

    void close() override {
        is_closed_ = true;
        handlers_ = {};
        error_code ignored;
        resolver_.cancel();
        lowest().close(ignored);
    }

private:
    using TlsStream = net::ssl::stream<tcp::socket>;

    tcp::socket& lowest() { return stream_ ? stream_->next_layer() : socket_; }

    static net::awaitable<Ended> run(std::shared_ptr<BeastConnection> self, HttpRequest request) {
        if (!self->is_connected_) {
            std::optional<TransportError> error = co_await connect(self);
            if (error) co_return Ended{*error, PoolPolicy::Reusable::no, false};
            self->is_connected_ = true;
        }
        self->report(Stage::exchanging);
        if (self->proxy_ && !self->stream_) self->address_proxy(request);
        if (self->stream_) {
            Ended ended = co_await converse(self, *self->stream_, std::move(request));
            co_return ended;
        }
        Ended ended = co_await converse(self, self->socket_, std::move(request));
        co_return ended;
    }

    static net::awaitable<std::optional<TransportError>>
    connect(std::shared_ptr<BeastConnection> self) {
        const PoolKey& key = self->key_;
        const PoolKey peer = self->peer();
        self->report(Stage::connecting);
        auto [resolve_error, addresses] =
            co_await self->resolver_.async_resolve(peer.host, std::to_string(peer.port), as_values);
        if (resolve_error)
            co_return failed(TransportError::Kind::resolve, "resolving", peer, resolve_error);
        if (self->is_closed_) co_return TransportError{TransportError::Kind::closed, "closed"};
        auto [connect_error, address] =
            co_await net::async_connect(self->socket_, addresses, as_values);
        if (connect_error)
            co_return failed(TransportError::Kind::connect, "connecting to", peer, connect_error);
        error_code ignored;
        self->socket_.set_option(tcp::no_delay(true), ignored);
        if (key.scheme == HttpRequest::Scheme::http) co_return std::nullopt;
        if (self->proxy_) {
            std::optional<TransportError> error = co_await open_tunnel(self);
            if (error) co_return error;
        }

        self->report(Stage::tls);
        self->stream_.emplace(std::move(self->socket_), self->tls_->context);
        self->stream_->set_verify_callback(net::ssl::host_name_verification(key.host));
        // Names only (RFC 6066, section 3). The call can fail for lack of memory alone.
        if (!is_ip_address(key.host))
            SSL_set_tlsext_host_name(self->stream_->native_handle(), key.host.c_str());
        auto [tls_error] =
            co_await self->stream_->async_handshake(net::ssl::stream_base::client, as_values);
        if (tls_error) co_return failed(TransportError::Kind::tls, "TLS with", key, tls_error);
        co_return std::nullopt;
    }

    // RFC 9110, section 9.3.6.
    static net::awaitable<std::optional<TransportError>>
    open_tunnel(std::shared_ptr<BeastConnection> self) {
        const std::string target = authority_of(self->key_);
        http::request<http::empty_body> message(http::verb::connect, target, 11);
        message.set(http::field::host, target);
        if (!self->proxy_->authorization.empty())
            message.set(http::field::proxy_authorization, self->proxy_->authorization);
        const PoolKey proxy = self->peer();
        auto [write_error, written] = co_await http::async_write(self->socket_, message, as_values);
        if (write_error)
            co_return failed(TransportError::Kind::connect, "writing to proxy", proxy, write_error);
        http::response_parser<http::empty_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(self->options_.response_header_bytes_max));
        parser.skip(true); // whatever lengths it names: what follows is the tunnel's
        auto [read_error, read] =
            co_await http::async_read_header(self->socket_, self->buffer_, parser, as_values);
        if (read_error)
            co_return failed(TransportError::Kind::connect, "reading from proxy", proxy,
                             read_error);
        const unsigned status = parser.get().result_int();
        if (status / 100 != 2)
            co_return TransportError{TransportError::Kind::connect,
                                     "proxy " + proxy.host + ':' + std::to_string(proxy.port) +
                                         " refused " + target + " with status " +
                                         std::to_string(status)};
        if (self->buffer_.size() != 0)
            co_return TransportError{TransportError::Kind::malformed,
                                     "proxy " + proxy.host + " spoke before the server was asked"};
        co_return std::nullopt;
    }

    // Whom the socket is connected to.
    PoolKey peer() const {
        if (!proxy_) return key_;
        return {HttpRequest::Scheme::http, proxy_->host, proxy_->port};
    }

    // RFC 9112, section 3.2.2: a proxy is asked for the whole URL.
    void address_proxy(HttpRequest& request) const {
        request.target = "http://" + authority_of(key_) + request.target;
        if (!proxy_->authorization.empty())
            request.headers.push_back({"Proxy-Authorization", proxy_->authorization});
    }

    void report(Stage stage) const {
        if (handlers_.progress) handlers_.progress(stage);
    }

    template <class Stream>
    static net::awaitable<Ended> converse(std::shared_ptr<BeastConnection> self, Stream& stream,
                                          HttpRequest request) {
        const bool is_head = request.method == "HEAD";
        const http::request<http::string_body> message = beast_request(std::move(request));
        http::request_serializer<http::string_body> serializer(message);
        while (!serializer.is_done()) {
            auto [write_error, written] =
                co_await http::async_write_some(stream, serializer, as_values);
            if (write_error)
                co_return Ended{
                    failed(TransportError::Kind::closed, "writing to", self->key_, write_error),
                    PoolPolicy::Reusable::no, true};
            self->report(Stage::exchanging);
        }

        http::response_parser<http::string_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(self->options_.response_header_bytes_max));
        parser.body_limit(self->options_.response_body_bytes_max);
        parser.skip(is_head);
        bool has_begun = false;
        while (!parser.is_done()) {
            auto [read_error, read] =
                co_await http::async_read_some(stream, self->buffer_, parser, as_values);
            has_begun = has_begun || read > 0;
            if (read_error)
                co_return Ended{failed(kind_of(read_error), "reading from", self->key_, read_error),
                                PoolPolicy::Reusable::no, !has_begun};
            self->report(Stage::exchanging);
        }
        const bool is_reusable = parser.keep_alive() && self->buffer_.size() == 0;
        co_return Ended{response_of(parser.release()),
                        is_reusable ? PoolPolicy::Reusable::yes : PoolPolicy::Reusable::no, false};
    }

    std::shared_ptr<TlsContext> tls_;
    PoolKey key_;
    std::optional<Proxy> proxy_;
    ConnectionOptions options_;
    tcp::resolver resolver_;
    tcp::socket socket_; // until TLS takes it
    std::optional<TlsStream> stream_;
    boost::beast::flat_buffer buffer_;
    Handlers handlers_;
    bool is_connected_ = false;
    bool is_closed_ = false;
};

} // namespace

Result<std::shared_ptr<TlsContext>> make_tls_context(const ConnectionOptions& options) {
    auto out = std::make_shared<TlsContext>();
    error_code error;
    using Context = net::ssl::context;
    // AWS asks for TLS 1.2 or newer.
    out->context.set_options(Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 |
                                 Context::no_tlsv1 | Context::no_tlsv1_1,
                             error);
    out->context.set_verify_mode(net::ssl::verify_peer, error);
    if (!options.ca_pem.empty())
        out->context.add_certificate_authority(net::buffer(options.ca_pem), error);
    else if (!options.ca_file.empty())
        out->context.load_verify_file(options.ca_file, error);
    else
        out->context.set_default_verify_paths(error);
    if (error)
        return Error{ErrorCode::io,
                     "certificates that TLS trusts can't be read: " + error.message()};
    return out;
}

std::shared_ptr<Connection> make_connection(net::io_context& context,
                                            std::shared_ptr<TlsContext> tls, PoolKey key,
                                            std::optional<Proxy> proxy,
                                            const ConnectionOptions& options) {
    return std::make_shared<BeastConnection>(context, std::move(tls), std::move(key),
                                             std::move(proxy), options);
}

} // namespace gradus::aws
