#include "aws/proxy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

Result<ProxySettings> read(const Environment& variables) { return read_proxy_settings(variables); }

bool goes_straight(std::string no_proxy, std::string_view host, std::uint16_t port = 443) {
    const ProxySettings settings{Proxy{"p", 1, ""}, Proxy{"p", 1, ""}, std::move(no_proxy)};
    return proxy_for(settings, HttpRequest::Scheme::https, host, port) == nullptr;
}

TEST(Proxy, is_read_from_the_environment) {
    const auto settings = read({{"HTTP_PROXY", "http://proxy.example:3128/"},
                                {"https_proxy", "me:p%40ss@proxy.example:8080"},
                                {"HTTPS_PROXY", "http://not.this.one"},
                                {"NO_PROXY", "a, b"}});

    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(*settings->http, (Proxy{"proxy.example", 3128, ""}));
    EXPECT_EQ(*settings->https, (Proxy{"proxy.example", 8080, "Basic bWU6cEBzcw=="}));
    EXPECT_EQ(settings->no_proxy, "a, b");
    EXPECT_EQ(proxy_for(*settings, HttpRequest::Scheme::http, "example.com", 80)->port, 3128);
    EXPECT_EQ(proxy_for(*settings, HttpRequest::Scheme::https, "example.com", 443)->port, 8080);
}

TEST(Proxy, for_everything_stands_in_for_the_others_and_nothing_switches_off) {
    const auto all = read({{"ALL_PROXY", "http://[::1]:8"}, {"http_proxy", ""}});

    ASSERT_TRUE(all);
    EXPECT_EQ(*all->https, (Proxy{"::1", 8, ""}));
    EXPECT_EQ(all->http, std::nullopt);
    EXPECT_EQ(*read({}), ProxySettings{});
}

TEST(Proxy, that_is_none_is_named_without_its_password) {
    EXPECT_EQ(read({{"HTTPS_PROXY", "socks5://p:1080"}}).error().message,
              "HTTPS_PROXY: expected a proxy with http, found one with 'socks5'");
    EXPECT_EQ(read({{"https_proxy", "https://p"}}).error().code, ErrorCode::unsupported);
    const auto wrong = read({{"http_proxy", "http://me:secret@a b:80"}});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().message.find("secret"), std::string::npos) << wrong.error().message;
    EXPECT_TRUE(wrong.error().message.starts_with("http_proxy: expected an http or https URL"));
}

TEST(NoProxy, names_hosts_and_all_below_them) {
    EXPECT_TRUE(goes_straight("example.com", "example.com"));
    EXPECT_TRUE(goes_straight("x, Example.COM ,y", "a.b.example.com"));
    EXPECT_TRUE(goes_straight(".example.com", "example.com"));
    EXPECT_FALSE(goes_straight("example.com", "badexample.com"));
    EXPECT_FALSE(goes_straight("a.example.com", "example.com"));
    EXPECT_FALSE(goes_straight("", "example.com"));
    EXPECT_FALSE(goes_straight(" , ,.", "example.com"));
    EXPECT_TRUE(goes_straight("*", "example.com"));
}

TEST(NoProxy, may_name_a_port) {
    EXPECT_TRUE(goes_straight("example.com:443", "example.com"));
    EXPECT_FALSE(goes_straight("example.com:444", "example.com"));
    EXPECT_TRUE(goes_straight("10.0.0.1:443", "10.0.0.1"));
    EXPECT_TRUE(goes_straight("[2001:db8::1]:443", "2001:db8::1"));
}

TEST(NoProxy, names_addresses_and_networks) {
    EXPECT_TRUE(goes_straight("10.0.0.1", "10.0.0.1"));
    EXPECT_FALSE(goes_straight("10.0.0.1", "110.0.0.1"));
    EXPECT_TRUE(goes_straight("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(goes_straight("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(goes_straight("192.168.16.0/20", "192.168.31.255"));
    EXPECT_FALSE(goes_straight("192.168.16.0/20", "192.168.32.0"));
    EXPECT_TRUE(goes_straight("0.0.0.0/0", "1.2.3.4"));
    EXPECT_FALSE(goes_straight("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(goes_straight("2001:db8::/32", "2001:db8:5::1"));
    EXPECT_FALSE(goes_straight("2001:db8::/32", "2001:db9::1"));
    EXPECT_TRUE(goes_straight("2001:db8::1", "2001:DB8:0::1"));
    for (const char* wrong :
         {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "/8", "::/129"})
        EXPECT_FALSE(goes_straight(wrong, "10.0.0.1")) << wrong;
}

TEST(NoProxy, is_always_true_of_this_machine_and_of_metadata_services) {
    for (const char* host : {"localhost", "127.0.0.1", "127.1.2.3", "::1", "169.254.169.254",
                             "169.254.170.2", "fd00:ec2::254", "fe80::1"})
        EXPECT_TRUE(goes_straight("", host)) << host;
    EXPECT_FALSE(goes_straight("", "169.253.1.1"));
}

} // namespace
