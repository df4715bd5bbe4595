// Endpoint rule sets, written by hand: what they resolve to, and what is refused when they are
// compiled.
#include "aws/endpoint/rule_set.hpp"
#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus::aws {
namespace {

Value json(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) ADD_FAILURE() << parsed.error().message;
    return parsed ? std::move(*parsed) : Value();
}

/// The URL, or "error: …".
std::string url_of(std::string_view rules, std::string_view parameters) {
    const auto set = RuleSet::compile(json(rules));
    if (!set) return "error: " + set.error().message;
    const auto endpoint = set->resolve(json(parameters));
    return endpoint ? endpoint->url : "error: " + endpoint.error().message;
}

/// A rule set that shows what a function comes to, as "http://VALUE", and "unset" for null.
std::string shown(const std::string& call, std::string_view parameters, const std::string& path) {
    const std::string place = path.empty() ? "{value}" : "{value#" + path + "}";
    return url_of(
        R"({"parameters": {"In": {"type": "string"}}, "rules": [
        {"type": "endpoint", "conditions": [)" +
            call.substr(0, call.size() - 1) + R"(, "assign": "value"}],
         "endpoint": {"url": ")" +
            place +
            R"("}}, {"type": "endpoint", "conditions": [], "endpoint": {"url": "unset"}}]})",
        parameters);
}

constexpr std::string_view service = R"({"parameters": {
    "Region": {"type": "string", "required": true}, "UseFIPS": {"type": "boolean", "default": false},
    "Endpoint": {"type": "string"}},
  "rules": [
    {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
     "endpoint": {"url": {"ref": "Endpoint"}}},
    {"type": "tree", "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "P"}],
     "rules": [
       {"type": "endpoint", "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "UseFIPS"}, true]}],
        "endpoint": {"url": "https://queue-fips.{Region}.{P#dnsSuffix}"}},
       {"type": "error", "conditions": [{"fn": "stringEquals", "argv": ["{P#name}", "aws-iso"]}],
        "error": "not in {P#name}"},
       {"type": "endpoint", "conditions": [],
        "endpoint": {"url": "https://queue.{Region}.{P#dnsSuffix}",
                     "headers": {"x-region": ["{Region}", "all"]},
                     "properties": {"authSchemes": [{"name": "sigv4", "signingRegion": "{Region}"}]}}}]}]})";

TEST(EndpointRules, take_the_first_rule_whose_conditions_hold) {
    EXPECT_EQ(url_of(service, R"({"Region": "eu-west-1"})"),
              "https://queue.eu-west-1.amazonaws.com");
    EXPECT_EQ(url_of(service, R"({"Region": "cn-north-1", "UseFIPS": true})"),
              "https://queue-fips.cn-north-1.amazonaws.com.cn");
    EXPECT_EQ(url_of(service, R"({"Region": "eu-west-1", "Endpoint": "http://here"})"),
              "http://here");
    EXPECT_EQ(url_of(service, R"({"Region": "us-iso-west-1"})"), "error: not in aws-iso");
    EXPECT_EQ(url_of(service, "{}"),
              "error: The endpoint wants the parameter Region, which isn't set");
}

TEST(EndpointRules, fill_headers_and_properties) {
    const auto endpoint =
        RuleSet::compile(json(service))->resolve(json(R"({"Region": "eu-west-1"})"));
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(to_json(endpoint->headers), R"({"x-region":["eu-west-1","all"]})");
    EXPECT_EQ(to_json(endpoint->properties),
              R"({"authSchemes":[{"name":"sigv4","signingRegion":"eu-west-1"}]})");
}

TEST(EndpointRules, are_refused_with_what_is_wrong_in_them) {
    const auto rule = [](const std::string& conditions, const std::string& url) {
        return R"({"parameters": {}, "rules": [{"type": "endpoint", "conditions": [)" + conditions +
               R"(], "endpoint": {"url": ")" + url + R"("}}]})";
    };
    EXPECT_EQ(
        url_of(rule(R"({"fn": "isGood", "argv": []})", "x"), "{}"),
        R"(error: endpoint rule set: expected a function of the rules language, found "isGood")");
    EXPECT_EQ(url_of(rule(R"({"fn": "not", "argv": []})", "x"), "{}"),
              "error: endpoint rule set: expected 1 arguments of not, found []");
    EXPECT_EQ(url_of(rule("", "https://{Region}"), "{}"),
              "error: endpoint rule set: expected a parameter or an assigned name, found 'Region'");
    EXPECT_EQ(url_of(rule("", "https://{Region"), "{}"),
              "error: endpoint rule set: expected a '}' for each '{', found '{Region'");
    EXPECT_EQ(url_of(rule("", "{{a}}"), "{}"), "{a}");
    EXPECT_EQ(
        url_of(R"({"parameters": {}, "rules": [{"type": "loop"}]})", "{}"),
        R"(error: endpoint rule set: expected a rule of type endpoint, error or tree, found "loop")");
}

TEST(EndpointRules, take_texts_apart) {
    const std::string cut = R"({"fn": "substring", "argv": [{"ref": "In"}, 1, 3, true]})";
    EXPECT_EQ(shown(cut, R"({"In": "abcdef"})", ""), "de");
    EXPECT_EQ(shown(cut, R"({"In": "ab"})", ""), "unset");
    EXPECT_EQ(shown(cut, R"({"In": "abcdé"})", ""), "unset");
    const std::string url = R"({"fn": "parseURL", "argv": [{"ref": "In"}]})";
    EXPECT_EQ(shown(url, R"({"In": "https://h:80/a/b"})", "normalizedPath"), "/a/b/");
    EXPECT_EQ(shown(url, R"({"In": "https://h:80/a/b"})", "authority"), "h:80");
    EXPECT_EQ(shown(url, R"({"In": "https://[::1]:80"})", "isIp"), "true");
    EXPECT_EQ(shown(url, R"({"In": "https://10.0.0.1"})", "isIp"), "true");
    EXPECT_EQ(shown(url, R"({"In": "https://h:port"})", ""), "unset");
    EXPECT_EQ(shown(url, R"({"In": "https://h/a?b"})", ""), "unset");
    const std::string arn = R"({"fn": "aws.parseArn", "argv": [{"ref": "In"}]})";
    EXPECT_EQ(shown(arn, R"({"In": "arn:aws:s3::1:accesspoint/a:b"})", "resourceId[2]"), "b");
    EXPECT_EQ(shown(arn, R"({"In": "arn:aws:s3::1:accesspoint/a:b"})", "accountId"), "1");
    EXPECT_EQ(shown(arn, R"({"In": "arn:aws:s3::1"})", ""), "unset");
}

TEST(EndpointRules, know_which_names_can_be_hosts) {
    const std::string label = R"({"fn": "isValidHostLabel", "argv": [{"ref": "In"}, true]})";
    EXPECT_EQ(shown(label, R"({"In": "a-1.B"})", ""), "true");
    EXPECT_EQ(shown(label, R"({"In": "a..b"})", ""), "unset");
    EXPECT_EQ(shown(label, R"({"In": "-a"})", ""), "unset");
    const std::string bucket =
        R"({"fn": "aws.isVirtualHostableS3Bucket", "argv": [{"ref": "In"}, false]})";
    EXPECT_EQ(shown(bucket, R"({"In": "my-bucket"})", ""), "true");
    EXPECT_EQ(shown(bucket, R"({"In": "my.bucket"})", ""), "unset");
    EXPECT_EQ(shown(bucket, R"({"In": "MyBucket"})", ""), "unset");
    EXPECT_EQ(shown(bucket, R"({"In": "ab"})", ""), "unset");
}

TEST(EndpointRules, know_partitions_by_the_form_of_a_region) {
    const std::string partition = R"({"fn": "aws.partition", "argv": [{"ref": "In"}]})";
    EXPECT_EQ(shown(partition, R"({"In": "us-gov-west-1"})", "name"), "aws-us-gov");
    EXPECT_EQ(shown(partition, R"({"In": "us-isof-east-1"})", "dualStackDnsSuffix"),
              "api.aws.hci.ic.gov");
    EXPECT_EQ(shown(partition, R"({"In": "aws-cn-global"})", "implicitGlobalRegion"),
              "cn-northwest-1");
    EXPECT_EQ(shown(partition, R"({"In": "mars-north-1"})", "name"), "aws");
    EXPECT_EQ(shown(partition, R"({"In": "cn-"})", "name"), "aws");
}

} // namespace
} // namespace gradus::aws
