#include "aws/endpoint/endpoint.hpp"
#include "aws/endpoint/s3_addressing.hpp"

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

// The host and the path that a request to a bucket goes to.
std::string s3_address(std::string bucket, std::string_view endpoint) {
    Endpoint out;
    out.url = *parse_url(endpoint);
    std::string uri = "/" + bucket + "/key?x=1";
    const auto addressed = address_bucket(bucket, out, uri);
    return addressed ? out.url.host + out.url.path + uri : addressed.error().message;
}

TEST(S3Addressing, puts_the_bucket_into_the_host_where_it_can_stand_there) {
    const std::string_view s3 = "https://s3.us-west-2.amazonaws.com";

    EXPECT_EQ(s3_address("bucket-name", s3), "bucket-name.s3.us-west-2.amazonaws.com/key?x=1");
    EXPECT_EQ(s3_address("aaa", s3), "aaa.s3.us-west-2.amazonaws.com/key?x=1");
    EXPECT_EQ(s3_address("aa", s3), "s3.us-west-2.amazonaws.com/aa/key?x=1");
    EXPECT_EQ(s3_address("99a_b", s3), "s3.us-west-2.amazonaws.com/99a_b/key?x=1");
    EXPECT_EQ(s3_address("my.bucket", s3), "s3.us-west-2.amazonaws.com/my.bucket/key?x=1");
    EXPECT_EQ(s3_address("bucket", "https://vpce.example.com/foo"),
              "bucket.vpce.example.com/foo/key?x=1");
}

TEST(S3Addressing, keeps_it_in_the_path_below_addresses_and_this_machine) {
    EXPECT_EQ(s3_address("bucket", "https://123.123.0.1"), "123.123.0.1/bucket/key?x=1");
    EXPECT_EQ(s3_address("bucket", "http://localhost:9000"), "localhost/bucket/key?x=1");
}

TEST(S3Addressing, refuses_what_is_no_bucket) {
    const std::string_view s3 = "https://s3.us-west-2.amazonaws.com";

    EXPECT_EQ(s3_address("arn:aws:s3:us-west-2:123456789012:accesspoint/a", s3),
              "access points of S3 can't be named by ARN here, only by alias");
    EXPECT_EQ(s3_address("b--usw2-az1--x-s3", s3), "directory buckets of S3 can't be used here");
}

TEST(S3Addressing, a_bucket_alone_leaves_a_slash) {
    Endpoint endpoint;
    endpoint.url = *parse_url("https://s3.us-west-2.amazonaws.com");
    std::string uri = "/bucket?list-type=2";

    ASSERT_TRUE(address_bucket("bucket", endpoint, uri));

    EXPECT_EQ(uri, "/?list-type=2");
}

} // namespace
