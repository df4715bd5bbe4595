// The transport against a small server in the same io_context, on a loopback port that the system
// chooses. The server answers with prepared bytes.
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

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <deque>
#include <memory>

namespace {

using namespace gradus;
using namespace gradus::aws;
namespace net = boost::asio;
using tcp = net::ip::tcp;
using std::chrono::milliseconds;

constexpr auto as_values = net::as_tuple(net::use_awaitable);

struct Prepared {
    std::string bytes;
    enum class Then { keep, close, hang } then = Then::keep;
};

std::string ok(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

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

TEST(AsioTransport, sends_a_request_and_reads_a_chunked_answer) {
    Bench bench;
    bench.server.answers.push_back({"HTTP/1.1 400 Bad Request\r\nX-Amzn-RequestId: r\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n"
                                    "\r\n"});

    bench.send();
    EXPECT_TRUE(bench.results.empty());
    bench.run(1);

    ASSERT_TRUE(bench.results[0]) << bench.results[0].error().message;
    EXPECT_EQ(bench.results[0]->status, 400);
    EXPECT_EQ(bench.results[0]->body, "abcde");
    EXPECT_EQ(*find_header(bench.results[0]->headers, "x-amzn-requestid"), "r");
    EXPECT_EQ(bench.server.requests.at(0),
              "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
}

TEST(AsioTransport, keeps_a_connection_for_the_next_request) {
    Bench bench;
    bench.server.answers = {{ok("1")}, {ok("2")}};

    bench.send();
    bench.run(1);
    EXPECT_EQ(bench.transport->counts().idle, 1U);
    bench.send();
    bench.run(2);

    EXPECT_EQ(bench.results[1]->body, "2");
    EXPECT_EQ(bench.server.connections, 1);
}

TEST(AsioTransport, opens_another_after_connection_close) {
    Bench bench;
    bench.server.answers = {{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1"},
                            {ok("2")}};

    bench.send();
    bench.run(1);
    EXPECT_EQ(bench.transport->counts().open, 0U);
    bench.send();
    bench.run(2);

    EXPECT_EQ(bench.server.connections, 2);
}

TEST(AsioTransport, goes_on_when_a_kept_connection_turns_out_dead) {
    Bench bench;
    bench.server.answers = {{ok("1"), Prepared::Then::close}, {ok("2")}};

    bench.send();
    bench.run(1);
    bench.send();
    bench.run(2);

    ASSERT_TRUE(bench.results[1]) << bench.results[1].error().message;
    EXPECT_EQ(bench.results[1]->body, "2");
    EXPECT_EQ(bench.server.connections, 2);
}

TEST(AsioTransport, shares_few_connections_among_many_requests) {
    Bench bench({.limits = {.connections_per_endpoint_max = 2}});
    for (int i = 0; i < 20; ++i)
        bench.server.answers.push_back({ok("x")});

    for (int i = 0; i < 20; ++i)
        bench.send();
    EXPECT_EQ(bench.transport->counts().waiting, 18U);
    bench.run(20);

    for (const TransportResult& result : bench.results)
        EXPECT_TRUE(result);
    EXPECT_EQ(bench.server.connections, 2);
}

TEST(AsioTransport, times_out_while_waiting_for_the_answer) {
    Bench bench;
    bench.server.answers = {{"HTTP/1.1 200 OK\r\n", Prepared::Then::hang}, {ok("2")}};

    bench.send({.answer = milliseconds(30)});
    bench.run(1);
    bench.send();
    bench.run(2);

    EXPECT_EQ(bench.results[0].error(),
              (TransportError{TransportError::Kind::timeout,
                              "waiting for 127.0.0.1 took longer than 30 ms"}));
    EXPECT_TRUE(bench.results[1]);
}

TEST(AsioTransport, times_out_while_waiting_for_a_connection) {
    Bench bench({.limits = {.connections_per_endpoint_max = 1}});
    bench.server.answers = {{"", Prepared::Then::hang}};

    const SendId first = bench.send();
    bench.send({.connect = milliseconds(30)});
    bench.run(1);

    EXPECT_EQ(bench.results[0].error().message,
              "waiting for a free connection to 127.0.0.1 took longer than 30 ms");
    bench.transport->cancel(first);
    EXPECT_EQ(bench.transport->counts().open, 0U);
}

TEST(AsioTransport, names_what_is_wrong_with_an_answer) {
    Bench bench({.connection = {.response_body_bytes_max = 10}});
    bench.server.answers = {
        {"SSH-2.0-OpenSSH\r\n\r\n", Prepared::Then::close},
        {ok("more than ten bytes")},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Prepared::Then::close},
        {"", Prepared::Then::close}};

    for (std::size_t i = 1; i <= 4; ++i) {
        bench.send();
        bench.run(i);
    }

    using Kind = TransportError::Kind;
    EXPECT_EQ(bench.results[0].error().kind, Kind::malformed);
    EXPECT_EQ(bench.results[1].error().kind, Kind::too_large);
    EXPECT_EQ(bench.results[2].error().kind, Kind::closed);
    EXPECT_EQ(bench.results[3].error().kind, Kind::closed);
}

TEST(AsioTransport, says_that_nobody_listens) {
    Bench bench;
    HttpRequest request = bench.request();
    {
        // A port that was free a moment ago.
        tcp::acceptor other(bench.context, tcp::endpoint(net::ip::address_v4::loopback(), 0));
        request.port = other.local_endpoint().port();
    }

    bench.transport->send(
        request, {}, [&](TransportResult result) { bench.results.push_back(std::move(result)); });
    bench.run(1);

    EXPECT_EQ(bench.results[0].error().kind, TransportError::Kind::connect);
}

TEST(AsioTransport, forgets_a_cancelled_request_and_survives_being_destroyed) {
    Bench bench;
    bench.server.answers = {{ok("1")}, {"", Prepared::Then::hang}};

    const SendId cancelled = bench.send();
    bench.transport->cancel(cancelled);
    bench.transport->cancel(cancelled);
    bench.send();
    bench.context.run_for(milliseconds(20));
    bench.transport.reset();
    bench.context.run_for(milliseconds(20));

    EXPECT_LE(bench.results.size(), 1U);
}

// A key and a certificate for 127.0.0.1 and localhost that signs itself, as PEM.
struct SelfSigned {
    std::string key;
    std::string certificate;

    SelfSigned() {
        std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"),
                                                                 &EVP_PKEY_free);
        std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), pair.get());
        X509_NAME* name = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(made.get(), name);
        X509_EXTENSION* names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
        X509_add_ext(made.get(), names, -1);
        X509_EXTENSION_free(names);
        X509_sign(made.get(), pair.get(), EVP_sha256());
        std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
        PEM_write_bio_PrivateKey(out.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
        key = take(out.get());
        PEM_write_bio_X509(out.get(), made.get());
        certificate = take(out.get());
    }

private:
    static std::string take(BIO* from) {
        char* data = nullptr;
        const long size = BIO_get_mem_data(from, &data);
        std::string text(data, static_cast<std::size_t>(size));
        BIO_reset(from);
        return text;
    }
};

struct TlsBench {
    SelfSigned pair;
    net::io_context context;
    net::ssl::context tls{net::ssl::context::tls_server};
    std::unique_ptr<Server> server;

    TlsBench() {
        tls.use_private_key(net::buffer(pair.key), net::ssl::context::pem);
        tls.use_certificate(net::buffer(pair.certificate), net::ssl::context::pem);
        server = std::make_unique<Server>(context, tls);
    }

    TransportResult ask(const std::string& host, const std::string& trusted) {
        auto transport =
            std::move(*AsioTransport::make(context, {.connection = {.ca_pem = trusted}}));
        server->answers = {{ok("secret")}};
        HttpRequest request;
        request.host = host;
        request.port = server->port();
        std::optional<TransportResult> result;
        transport->send(request, {}, [&](TransportResult got) { result = std::move(got); });
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!result && std::chrono::steady_clock::now() < end)
            context.run_one_for(milliseconds(100));
        return result.value_or(TransportError{TransportError::Kind::timeout, "the test hangs"});
    }
};

TEST(AsioTransport, speaks_tls_with_a_server_it_trusts) {
    TlsBench bench;

    const TransportResult result = bench.ask("127.0.0.1", bench.pair.certificate);

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "secret");
}

TEST(AsioTransport, refuses_certificates_that_are_not_trusted_or_for_another_host) {
    TlsBench bench;
    const SelfSigned other;

    const TransportResult untrusted = bench.ask("127.0.0.1", other.certificate);
    const TransportResult other_host = bench.ask("localhost", bench.pair.certificate);

    EXPECT_EQ(untrusted.error().kind, TransportError::Kind::tls) << untrusted.error().message;
    EXPECT_EQ(other_host.error().kind, TransportError::Kind::tls) << other_host.error().message;
    EXPECT_TRUE(bench.server->requests.empty());
}

TEST(AsioTransport, refuses_to_start_with_unreadable_certificates) {
    net::io_context context;

    const auto transport =
        AsioTransport::make(context, {.connection = {.ca_file = "/nonexistent/ca.pem"}});

    ASSERT_FALSE(transport);
    EXPECT_EQ(transport.error().code, ErrorCode::io);
}

TEST(AsioTimerService, fires_in_order_and_not_when_cancelled) {
    net::io_context context;
    AsioTimerService timers(context);
    std::string fired;

    timers.schedule(milliseconds(20), [&] { fired += 'b'; });
    timers.schedule(milliseconds(0), [&] { fired += 'a'; });
    const TimerId cancelled = timers.schedule(milliseconds(0), [&] { fired += 'x'; });
    timers.cancel(cancelled);
    EXPECT_EQ(fired, "");
    context.run();

    EXPECT_EQ(fired, "ab");
}

} // namespace
