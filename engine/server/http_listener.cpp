// One of the two product files that include Beast (the other carries the AWS client's requests).
#include "engine/server/http_listener.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <charconv>
#include <optional>
#include <set>

namespace gradus {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using boost::system::error_code;

std::optional<tcp::endpoint> parse_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    std::uint16_t port = 0;
    const char* first = text.data() + colon + 1;
    const char* last = text.data() + text.size();
    const auto [end, fault] = std::from_chars(first, last, port);
    error_code error;
    const auto address = net::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error || fault != std::errc{} || end != last || first == last) return std::nullopt;
    return tcp::endpoint(address, port);
}

aws::HttpRequest to_request(const http::request<http::string_body>& received) {
    aws::HttpRequest request;
    request.scheme = aws::HttpRequest::Scheme::http;
    request.method = std::string(received.method_string());
    request.target = std::string(received.target());
    for (const auto& field : received) {
        request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    const auto host = received[http::field::host];
    request.host = std::string(host.substr(0, host.rfind(':')));
    request.body = received.body();
    return request;
}

} // namespace

/// Owns the acceptor and knows the open connections, so that closing it closes all.
class HttpListener::State : public std::enable_shared_from_this<State> {
public:
    State(net::io_context& context, Handler handler, ListenerLimits limits)
        : acceptor_(context), handler_(std::move(handler)), limits_(limits) {}

    error_code open(const tcp::endpoint& endpoint) {
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
        return error;
    }
    /// Before anything is accepted.
    Result<void> use(const ServerCertificate& certificate);
    void accept();
    void stop_accepting() {
        error_code ignored;
        acceptor_.close(ignored);
    }
    void close();
    tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

private:
    struct Open {
        virtual ~Open() = default;
        virtual void close() = 0;
    };
    template <class Stream>
    class Connection;

    void welcome(tcp::socket socket);

    tcp::acceptor acceptor_;
    Handler handler_;
    ListenerLimits limits_;
    std::optional<net::ssl::context> tls_;
    std::set<std::shared_ptr<Open>> connections_;
    bool is_closed_ = false;
};

/// One connection: read a request, answer it, again.
template <class Stream>
class HttpListener::State::Connection final
    : public Open,
      public std::enable_shared_from_this<Connection<Stream>> {
public:
    template <class... TlsContext>
    Connection(std::shared_ptr<State> listener, tcp::socket socket, TlsContext&... tls)
        : listener_(std::move(listener)), stream_(std::move(socket), tls...) {}

    void begin() {
        if constexpr (std::is_same_v<Stream, TlsStream>) {
            set_deadline();
            stream_.async_handshake(net::ssl::stream_base::server,
                                    [self = this->shared_from_this()](error_code error) {
                                        if (error) return self->end();
                                        self->read();
                                    });
        } else {
            read();
        }
    }
    void close() override {
        error_code ignored;
        socket().close(ignored);
    }

private:
    tcp::socket& socket() { return beast::get_lowest_layer(stream_).socket(); }
    void set_deadline() { beast::get_lowest_layer(stream_).expires_after(listener_->limits_.idle); }
    void read() {
        parser_.emplace();
        parser_->header_limit(listener_->limits_.header_bytes_max);
        parser_->body_limit(listener_->limits_.body_bytes_max);
        set_deadline();
        http::async_read_header(stream_, buffer_, *parser_,
                                [self = this->shared_from_this()](error_code error, std::size_t) {
                                    if (error) return self->refuse(error);
                                    self->invite();
                                });
    }
    /// Some clients send the body only when they hear that it is wanted (RFC 9110, section 10.1.1).
    void invite() {
        if (!beast::iequals(parser_->get()[http::field::expect], "100-continue"))
            return read_body();
        invitation_ = {http::status::continue_, parser_->get().version()};
        http::async_write(stream_, invitation_,
                          [self = this->shared_from_this()](error_code error, std::size_t) {
                              if (error) return self->end();
                              self->read_body();
                          });
    }
    void read_body() {
        http::async_read(stream_, buffer_, *parser_,
                         [self = this->shared_from_this()](error_code error, std::size_t) {
                             if (error) return self->refuse(error);
                             self->answer();
                         });
    }
    void answer() {
        if (listener_->is_closed_) return;
        listener_->handler_(to_request(parser_->get()),
                            [self = this->shared_from_this()](const aws::HttpResponse& answer) {
                                if (self->listener_->is_closed_) return;
                                const auto& request = self->parser_->get();
                                self->write(answer, request.version(), request.keep_alive());
                            });
    }
    /// A request that passes a limit gets an answer before the connection ends; others get none.
    void refuse(error_code error) {
        if (error == http::error::body_limit) return write({.status = 413}, 11, false);
        if (error == http::error::header_limit) return write({.status = 431}, 11, false);
        end();
    }
    void write(const aws::HttpResponse& answer, unsigned version, bool is_kept) {
        response_ = {static_cast<http::status>(answer.status), version};
        for (const aws::HttpHeader& header : answer.headers) {
            response_.insert(header.name, header.value);
        }
        response_.body() = answer.body;
        response_.keep_alive(is_kept);
        // An answer to HEAD says how long the body would be.
        const bool is_head = parser_ && parser_->get().method() == http::verb::head;
        if (!is_head || !response_.has_content_length()) response_.prepare_payload();
        set_deadline();
        http::async_write(
            stream_, response_,
            [self = this->shared_from_this(), is_kept](error_code error, std::size_t) {
                if (error || !is_kept) return self->end();
                self->read();
            });
    }
    void end() {
        if (listener_->is_closed_) return;
        error_code ignored;
        socket().shutdown(tcp::socket::shutdown_send, ignored);
        listener_->connections_.erase(this->shared_from_this());
    }

    // Kept alive: what is under way is told of its end after the listener was closed.
    std::shared_ptr<State> listener_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    http::response<http::empty_body> invitation_;
};

void HttpListener::State::accept() {
    acceptor_.async_accept([self = this->shared_from_this()](error_code error, tcp::socket socket) {
        if (self->is_closed_ || !self->acceptor_.is_open()) return;
        if (!error && self->connections_.size() < self->limits_.connections_max)
            self->welcome(std::move(socket));
        self->accept();
    });
}

void HttpListener::State::welcome(tcp::socket socket) {
    const auto begin = [this](const auto& connection) {
        connections_.insert(connection);
        connection->begin();
    };
    if (tls_)
        begin(
            std::make_shared<Connection<TlsStream>>(shared_from_this(), std::move(socket), *tls_));
    else
        begin(std::make_shared<Connection<PlainStream>>(shared_from_this(), std::move(socket)));
}

Result<void> HttpListener::State::use(const ServerCertificate& certificate) {
    net::ssl::context& tls = tls_.emplace(net::ssl::context::tls_server);
    tls.set_options(net::ssl::context::default_workarounds | net::ssl::context::no_tlsv1 |
                    net::ssl::context::no_tlsv1_1);
    error_code error;
    tls.use_certificate_chain_file(certificate.chain_file, error);
    if (error) {
        return Error{ErrorCode::invalid_argument, "the certificate " + certificate.chain_file +
                                                      " can't be used: " + error.message()};
    }
    tls.use_private_key_file(certificate.key_file, net::ssl::context::pem, error);
    if (error) {
        return Error{ErrorCode::invalid_argument,
                     "the private key " + certificate.key_file +
                         " can't be used (it must belong to the certificate): " + error.message()};
    }
    return {};
}

void HttpListener::State::close() {
    is_closed_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_)
        connection->close();
    connections_.clear();
}

Result<std::unique_ptr<HttpListener>>
HttpListener::make(boost::asio::io_context& context, const std::string& address, Handler handler,
                   ListenerLimits limits, const std::optional<ServerCertificate>& certificate) {
    const auto endpoint = parse_address(address);
    if (!endpoint) {
        return Error{ErrorCode::invalid_argument,
                     "expected HOST:PORT with a numeric host but found '" + address + "'"};
    }
    auto state = std::make_shared<State>(context, std::move(handler), limits);
    if (certificate) GRADUS_CHECK(state->use(*certificate));
    if (const error_code error = state->open(*endpoint)) {
        return Error{ErrorCode::io, "can't listen on " + address + ": " + error.message()};
    }
    state->accept();
    return std::unique_ptr<HttpListener>(new HttpListener(std::move(state)));
}

HttpListener::HttpListener(std::shared_ptr<State> state) : state_(std::move(state)) {}
void HttpListener::stop_accepting() { state_->stop_accepting(); }
HttpListener::~HttpListener() { state_->close(); }

std::string HttpListener::address() const {
    const tcp::endpoint endpoint = state_->endpoint();
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint.port());
}

} // namespace gradus
