#include "aws/endpoint/endpoint.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

ServiceMetadata auto_scaling() {
    ServiceMetadata out;
    out.service_id = "Auto Scaling";
    out.endpoint_prefix = "autoscaling";
    out.signing_name = "autoscaling";
    return out;
}

TEST(Endpoint, follows_service_region_and_partition) {
    const auto plain = resolve_endpoint(auto_scaling(), "eu-west-1", "", {});
    const auto china = resolve_endpoint(auto_scaling(), "cn-north-1", "sync-", {});
    const auto government = resolve_endpoint(auto_scaling(), "us-gov-west-1", "", {});

    EXPECT_EQ(plain->url.host, "autoscaling.eu-west-1.amazonaws.com");
    EXPECT_EQ(plain->host_header(), "autoscaling.eu-west-1.amazonaws.com");
    EXPECT_EQ(plain->signing_region, "eu-west-1");
    EXPECT_EQ(china->url.host, "sync-autoscaling.cn-north-1.amazonaws.com.cn");
    EXPECT_EQ(government->url.host, "autoscaling.us-gov-west-1.amazonaws.com");
}

TEST(Endpoint, lets_no_region_lead_to_another_host) {
    EXPECT_EQ(resolve_endpoint(auto_scaling(), "evil.com/", "", {}).error().message,
              "expected an AWS region, found 'evil.com/'");
    EXPECT_EQ(resolve_endpoint(auto_scaling(), "", "", {}).error().message,
              "no AWS region is set (--region, AWS_REGION or the profile)");
}

TEST(Endpoint, takes_the_url_of_the_service_before_that_of_all) {
    EndpointOverrides overrides;
    overrides.all = "http://127.0.0.1:5000";
    overrides.by_service["auto_scaling"] = "https://proxy.example:8443/aws/";
    ServiceMetadata sts = auto_scaling();
    sts.service_id = "STS";

    const auto own = resolve_endpoint(auto_scaling(), "eu-west-1", "x-", overrides);
    const auto all = resolve_endpoint(sts, "eu-west-1", "x-", overrides);

    EXPECT_EQ(own->url, (Url{HttpRequest::Scheme::https, "x-proxy.example", 8443, "/aws"}));
    EXPECT_EQ(own->host_header(), "x-proxy.example:8443");
    EXPECT_EQ(all->url, (Url{HttpRequest::Scheme::http, "127.0.0.1", 5000, ""}));
}

TEST(Url, reads_hosts_ports_and_paths) {
    EXPECT_EQ(*parse_url("http://localhost"),
              (Url{HttpRequest::Scheme::http, "localhost", 80, ""}));
    EXPECT_EQ(*parse_url("https://[::1]:99/a/b/"),
              (Url{HttpRequest::Scheme::https, "::1", 99, "/a/b"}));
    for (const std::string_view bad :
         {"localhost:80", "http://", "http://a:b", "http://a:0", "http://a:99999", "http://u@h",
          "http://h?q", "http://h#f", "http://[::1", "http://[x]", "ftp://h", "http://h h"})
        EXPECT_FALSE(parse_url(bad)) << bad;
}

TEST(Url, knows_loopback_hosts) {
    EXPECT_TRUE(is_loopback("localhost"));
    EXPECT_TRUE(is_loopback("s3.localhost"));
    EXPECT_TRUE(is_loopback("127.0.0.9"));
    EXPECT_TRUE(is_loopback("::1"));
    EXPECT_FALSE(is_loopback("127.example.com"));
    EXPECT_FALSE(is_loopback("10.0.0.1"));
}

} // namespace
