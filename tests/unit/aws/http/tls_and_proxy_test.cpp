// The transport over TLS and through proxies.
#include "tests/support/loopback_server.hpp"

#include <gtest/gtest.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

TEST(AsioTransport, asks_a_proxy_for_whole_urls) {
    Bench bench;
    AsioTransportOptions options;
    options.proxies.http = Proxy{"127.0.0.1", bench.server.port(), "Basic eA=="};
    bench.transport = std::move(*AsioTransport::make(bench.context, std::move(options)));
    bench.server.answers = {{ok("1")}, {ok("2")}};
    const auto send = [&](std::string target) {
        HttpRequest request = bench.request();
        request.host = "example.test";
        request.port = 8080;
        request.target = std::move(target);
        bench.transport->send(request, {}, [&](TransportResult result) {
            bench.results.push_back(std::move(result));
        });
    };

    send("/a?b");
    bench.run(1);
    send("/c");
    bench.run(2);

    EXPECT_TRUE(bench.results[1]);
    EXPECT_EQ(bench.server.requests.at(0),
              "POST http://example.test:8080/a?b HTTP/1.1\r\nHost: test\r\n"
              "Proxy-Authorization: Basic eA==\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(bench.server.requests.at(1).starts_with("POST http://example.test:8080/c "));
    EXPECT_EQ(bench.server.connections, 1);
}

TEST(AsioTransport, says_that_a_proxy_refuses_a_tunnel) {
    Bench bench;
    AsioTransportOptions options;
    options.proxies.https = Proxy{"127.0.0.1", bench.server.port(), ""};
    bench.transport = std::move(*AsioTransport::make(bench.context, std::move(options)));
    bench.server.answers = {
        {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"}};
    HttpRequest request = bench.request();
    request.scheme = HttpRequest::Scheme::https;
    request.host = "example.test";
    request.port = 443;

    bench.transport->send(
        request, {}, [&](TransportResult result) { bench.results.push_back(std::move(result)); });
    bench.run(1);

    EXPECT_EQ(bench.results[0].error(),
              (TransportError{TransportError::Kind::connect,
                              "proxy 127.0.0.1:" + std::to_string(bench.server.port()) +
                                  " refused example.test:443 with status 407"}));
    EXPECT_EQ(bench.server.requests.at(0),
              "CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n");
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
        X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                                    "IP:127.0.0.1,DNS:example.test");
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

    TransportResult ask(const std::string& host, const std::string& trusted,
                        std::optional<Proxy> proxy = {}) {
        AsioTransportOptions options;
        options.connection.ca_pem = trusted;
        options.proxies.https = std::move(proxy);
        auto transport = std::move(*AsioTransport::make(context, std::move(options)));
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

TEST(AsioTransport, speaks_tls_through_the_tunnel_of_a_proxy) {
    TlsBench bench;
    bench.server->is_proxy = true;

    const TransportResult result =
        bench.ask("example.test", bench.pair.certificate,
                  Proxy{"127.0.0.1", bench.server->port(), "Basic eA=="});

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "secret");
    const std::string target = "example.test:" + std::to_string(bench.server->port());
    EXPECT_EQ(bench.server->requests.at(0), "CONNECT " + target + " HTTP/1.1\r\nHost: " + target +
                                                "\r\nProxy-Authorization: Basic eA==\r\n\r\n");
    EXPECT_TRUE(bench.server->requests.at(1).starts_with("POST / HTTP/1.1\r\n"));
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

} // namespace
