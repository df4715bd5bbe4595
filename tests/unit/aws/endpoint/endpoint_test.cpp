#include "aws/endpoint/endpoint.hpp"
#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

struct Asked {
    std::string_view service = "autoscaling";
    std::string_view operation = "DescribeAutoScalingGroups";
    std::string_view input = "{}";
    std::string_view region = "eu-west-1";
    std::string_view host_prefix = "";
    EndpointSettings settings = {};
};

Result<Endpoint> endpoint_of(const Asked& asked) {
    static ModelCache models;
    static EndpointRules rules;
    const auto model = *models.get(asked.service);
    const Value input = *parse_json(asked.input);
    return rules.resolve(model,
                         {.operation = *model->find_operation(asked.operation),
                          .input = input,
                          .region = asked.region,
                          .host_prefix = asked.host_prefix},
                         asked.settings);
}

/// The host, or what is wrong.
std::string host_of(const Asked& asked) {
    const auto endpoint = endpoint_of(asked);
    return endpoint ? endpoint->url.host_header() : endpoint.error().message;
}

TEST(Endpoint, follows_service_region_and_partition) {
    EXPECT_EQ(host_of({}), "autoscaling.eu-west-1.amazonaws.com");
    EXPECT_EQ(host_of({.region = "cn-north-1", .host_prefix = "sync-"}),
              "sync-autoscaling.cn-north-1.amazonaws.com.cn");
    EXPECT_EQ(host_of({.region = "us-gov-west-1"}), "autoscaling.us-gov-west-1.amazonaws.com");
    EXPECT_EQ(endpoint_of({})->signing_region, "eu-west-1");
    EXPECT_EQ(endpoint_of({})->signing_name, "autoscaling");
    EXPECT_EQ(endpoint_of({.service = "cloudwatch", .operation = "ListMetrics"})->signing_name,
              "monitoring");
}

TEST(Endpoint, of_fips_and_dual_stack_are_the_services_own) {
    EndpointSettings fips;
    fips.use_fips = true;
    EndpointSettings dual_stack;
    dual_stack.use_dual_stack = true;
    EndpointSettings both = fips;
    both.use_dual_stack = true;
    const auto ec2 = [](const EndpointSettings& settings) {
        return host_of({.service = "ec2",
                        .operation = "DescribeVpcs",
                        .region = "us-east-2",
                        .settings = settings});
    };

    EXPECT_EQ(ec2(fips), "ec2-fips.us-east-2.amazonaws.com");
    EXPECT_EQ(ec2(dual_stack), "ec2.us-east-2.api.aws");
    EXPECT_EQ(ec2(both), "ec2-fips.us-east-2.api.aws");
    both.all = "http://127.0.0.1:9";
    EXPECT_EQ(ec2(both), "127.0.0.1:9");
}

TEST(Endpoint, may_be_signed_for_another_region) {
    const auto endpoint =
        endpoint_of({.service = "sts", .operation = "GetCallerIdentity", .region = "aws-global"});

    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->url.host, "sts.amazonaws.com");
    EXPECT_EQ(endpoint->signing_region, "us-east-1");
}

TEST(Endpoint, lets_no_region_lead_to_another_host) {
    EXPECT_EQ(host_of({.region = "evil.com/"}), "expected an AWS region, found 'evil.com/'");
    EXPECT_EQ(host_of({.region = ""}),
              "no AWS region is set (--region, AWS_REGION or the profile)");
}

TEST(Endpoint, takes_the_url_of_the_service_before_that_of_all) {
    EndpointSettings settings;
    settings.all = "http://127.0.0.1:5000";
    settings.by_service["auto_scaling"] = "https://proxy.example:8443/aws/";

    const auto own = endpoint_of({.host_prefix = "x-", .settings = settings});
    const auto all = endpoint_of({.service = "sts",
                                  .operation = "GetCallerIdentity",
                                  .host_prefix = "x-",
                                  .settings = settings});
    settings.all = "127.0.0.1:5000";
    const auto wrong =
        endpoint_of({.service = "sts", .operation = "GetCallerIdentity", .settings = settings});

    EXPECT_EQ(own->url, (Url{HttpRequest::Scheme::https, "x-proxy.example", 8443, "/aws"}));
    EXPECT_EQ(own->url.host_header(), "x-proxy.example:8443");
    EXPECT_EQ(all->url, (Url{HttpRequest::Scheme::http, "127.0.0.1", 5000, ""}));
    EXPECT_EQ(wrong.error().message,
              "expected an http or https URL, found '127.0.0.1:5000': it begins with neither");
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

// The host and the target of a request for an object.
std::string s3_address(const std::string& bucket, const EndpointSettings& settings = {}) {
    static ModelCache models;
    const auto model = *models.get("s3");
    const std::string input = R"({"Bucket": ")" + bucket + R"(", "Key": "key"})";
    const auto endpoint = endpoint_of({.service = "s3",
                                       .operation = "GetObject",
                                       .input = input,
                                       .region = "us-west-2",
                                       .settings = settings});
    if (!endpoint) return endpoint.error().message;
    return endpoint->url.host_header() +
           endpoint->target(*model->find_operation("GetObject"), "/" + bucket + "/key?x=1");
}

EndpointSettings with_url(std::string url) {
    EndpointSettings out;
    out.all = std::move(url);
    return out;
}

TEST(S3Addressing, puts_the_bucket_into_the_host_where_it_can_stand_there) {
    EXPECT_EQ(s3_address("bucket-name"), "bucket-name.s3.us-west-2.amazonaws.com/key?x=1");
    EXPECT_EQ(s3_address("aaa"), "aaa.s3.us-west-2.amazonaws.com/key?x=1");
    EXPECT_EQ(s3_address("aa"), "s3.us-west-2.amazonaws.com/aa/key?x=1");
    EXPECT_EQ(s3_address("99a_b"), "s3.us-west-2.amazonaws.com/99a_b/key?x=1");
    EXPECT_EQ(s3_address("my.bucket"), "s3.us-west-2.amazonaws.com/my.bucket/key?x=1");
}

TEST(S3Addressing, keeps_it_in_the_path_below_a_url_of_the_users) {
    EndpointSettings virtual_hosted = with_url("https://vpce.example.com/foo");
    virtual_hosted.s3.addressing = S3Addressing::virtual_hosted;

    EXPECT_EQ(s3_address("bucket", with_url("https://123.123.0.1")), "123.123.0.1/bucket/key?x=1");
    EXPECT_EQ(s3_address("bucket", with_url("http://localhost:9000")),
              "localhost:9000/bucket/key?x=1");
    EXPECT_EQ(s3_address("bucket", with_url("https://vpce.example.com/foo")),
              "vpce.example.com/foo/bucket/key?x=1");
    EXPECT_EQ(s3_address("bucket", virtual_hosted), "bucket.vpce.example.com/foo/key?x=1");
}

TEST(S3Addressing, follows_the_settings_of_the_profile) {
    EndpointSettings path;
    path.s3.addressing = S3Addressing::path;
    EndpointSettings accelerated;
    accelerated.s3.use_accelerate = true;
    EndpointSettings dual_stack;
    dual_stack.use_dual_stack = true;

    EXPECT_EQ(s3_address("bucket", path), "s3.us-west-2.amazonaws.com/bucket/key?x=1");
    EXPECT_EQ(s3_address("bucket", accelerated), "bucket.s3-accelerate.amazonaws.com/key?x=1");
    EXPECT_EQ(s3_address("bucket", dual_stack),
              "bucket.s3.dualstack.us-west-2.amazonaws.com/key?x=1");
}

TEST(S3Addressing, finds_access_points_by_their_arn) {
    const std::string arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine";
    EndpointSettings own_region;
    own_region.s3.use_arn_region = false;

    const std::string input = R"({"Bucket": ")" + arn + R"("})";
    const auto endpoint = endpoint_of(
        {.service = "s3", .operation = "ListObjectsV2", .input = input, .region = "us-west-2"});

    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->url.host, "mine-123456789012.s3-accesspoint.eu-west-1.amazonaws.com");
    EXPECT_EQ(endpoint->signing_region, "eu-west-1");
    EXPECT_TRUE(endpoint->signs_path_as_it_is);
    EXPECT_EQ(s3_address(arn, own_region),
              "Invalid configuration: region from ARN `eu-west-1` does not match client region "
              "`us-west-2` and UseArnRegion is `false`");
}

TEST(S3Addressing, refuses_what_wants_another_signature) {
    EXPECT_EQ(s3_address("b--usw2-az1--x-s3"),
              "the endpoint wants the signature sigv4-s3express, which isn't offered");
    EXPECT_EQ(s3_address("arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap"),
              "the endpoint wants the signature sigv4a, which isn't offered");
}

TEST(S3Addressing, a_bucket_alone_leaves_a_slash) {
    static ModelCache models;
    const Operation& list = *(*models.get("s3"))->find_operation("ListObjectsV2");
    Endpoint host;
    Endpoint path;
    path.url.path = "/bucket";

    EXPECT_EQ(host.target(list, "/bucket?list-type=2"), "/?list-type=2");
    EXPECT_EQ(path.target(list, "/bucket?list-type=2"), "/bucket?list-type=2");
    EXPECT_EQ(host.target(list, "/bucket"), "/");
}

} // namespace
