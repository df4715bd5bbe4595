// The transport against a server of the test's own.
#include "tests/support/loopback_server.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

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

    bench.send({.read = milliseconds(30)});
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

TEST(AsioTransport, times_out_when_an_attempt_takes_too_long_in_all) {
    Bench bench;
    bench.server.answers = {{"", Prepared::Then::hang}};

    bench.send({.attempt = milliseconds(30)});
    bench.run(1);

    EXPECT_EQ(bench.results[0].error().message, "the attempt at 127.0.0.1 took longer than 30 ms");
    EXPECT_EQ(bench.transport->counts().open, 0U);
}

TEST(AsioTransport, times_out_when_tls_takes_too_long) {
    Bench bench; // whose server waits for a request in plain text
    HttpRequest request = bench.request();
    request.scheme = HttpRequest::Scheme::https;

    bench.transport->send(request, {.tls = milliseconds(30)}, [&](TransportResult result) {
        bench.results.push_back(std::move(result));
    });
    bench.run(1);

    EXPECT_EQ(bench.results[0].error().message, "TLS with 127.0.0.1 took longer than 30 ms");
}

TEST(AsioTransport, closes_connections_that_nobody_used_for_a_while) {
    Bench bench({.limits = {.idle_milliseconds_max = 0}});
    bench.server.answers = {{ok("1")}, {ok("2")}};

    bench.send();
    bench.run(1);
    bench.send();
    bench.run(2);

    EXPECT_EQ(bench.server.connections, 2);
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
