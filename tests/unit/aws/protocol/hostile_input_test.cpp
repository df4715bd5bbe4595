// Readers of what comes over the wire must answer anything with a value or an error. Valid messages
// are damaged in reproducible ways; the sanitizers look on.
#include "aws/credentials/profile.hpp"
#include "aws/endpoint/endpoint.hpp"
#include "aws/model/models.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/protocol/server_side.hpp"
#include "aws/signing/verify.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

constexpr int rounds = 2'000;

// Some bytes replaced, taken out or doubled.
std::string damaged(std::string text, Random& random) {
    const std::uint64_t faults = 1 + random.next_below(4);
    for (std::uint64_t i = 0; i < faults && !text.empty(); ++i) {
        const auto at = static_cast<std::size_t>(random.next_below(text.size()));
        switch (random.next_below(4)) {
        case 0: text[at] = static_cast<char>(random.next_below(256)); break;
        case 1: text.erase(at, 1 + random.next_below(5)); break;
        case 2: text.insert(at, text.substr(at, 1 + random.next_below(20))); break;
        default: text[at] = "<>&\"{}[]=.%;:\n"[random.next_below(14)]; break;
        }
    }
    return text;
}

TEST(HostileInput, answers_in_xml_and_json) {
    ModelCache models;
    const auto ec2 = *models.get("ec2");
    const auto ssm = *models.get("ssm");
    const Operation& instances = *ec2->find_operation("DescribeInstances");
    const Operation& parameter = *ssm->find_operation("GetParameter");
    const std::string xml =
        serialise_output(*ec2, instances,
                         *parse_json(R"({"Reservations": [{"Instances": [{"InstanceId": "i",
                             "LaunchTime": 1, "State": {"Code": 1}, "Tags": [{"Key": "<"}]}]}]})"),
                         "id")
            .body;
    const std::string json =
        R"({"Parameter": {"Name": "é", "Version": 1, "LastModifiedDate": 1.5}})";
    Random random{.seed = 1};

    for (int i = 0; i < rounds; ++i) {
        const int status = i % 4 == 0 ? 400 : 200;
        (void)parse_response(*ec2, instances, {status, {}, damaged(xml, random)});
        (void)parse_response(*ssm, parameter, {status, {}, damaged(json, random)});
    }
}

TEST(HostileInput, answers_and_requests_in_cbor) {
    const auto depot = *ServiceModel::load(*parse_json(R"({
        "metadata": {"protocol": "smithy-rpc-v2-cbor", "targetPrefix": "Depot"},
        "operations": {"Store": {"input": {"shape": "Item"}, "output": {"shape": "Item"}}},
        "shapes": {"Item": {"type": "structure", "members": {
            "Weight": {"type": "double"}, "At": {"type": "timestamp"}, "Bytes": {"type": "blob"},
            "Names": {"type": "list", "member": {"type": "string"}}, "Parent": {"shape": "Item"},
            "Map": {"type": "map", "key": {"type": "string"}, "value": {"type": "long"}}}}}})"));
    const Operation& store = *depot->find_operation("Store");
    Random random{.seed = 4};
    const auto parts = serialise_request(
        *depot, store, *parse_json(R"({"Weight": 1.1, "At": 1, "Bytes": "b", "Names": ["n", "m"],
                        "Parent": {"Map": {"a": -5, "b": 70000}}})"),
        random);
    ASSERT_TRUE(parts);

    for (int i = 0; i < rounds; ++i) {
        HttpRequest request;
        request.target = parts->uri;
        request.headers = parts->headers;
        request.body = damaged(parts->body, random);
        (void)parse_request(*depot, request);
        (void)parse_response(*depot, store, {i % 4 == 0 ? 400 : 200, {}, request.body});
    }
}

TEST(HostileInput, requests_to_the_simulated_side) {
    ModelCache models;
    const auto ec2 = *models.get("ec2");
    const auto sqs = *models.get("sqs");
    const std::string form =
        "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=a&Filter.1.Value.1=b%20c&"
        "InstanceId.2=i&MaxResults=5&DryRun=true";
    const std::string json = R"({"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": 1})";
    Random random{.seed = 2};

    for (int i = 0; i < rounds; ++i) {
        HttpRequest query;
        query.body = damaged(form, random);
        (void)parse_request(*ec2, query);
        HttpRequest rpc;
        rpc.headers = {{"X-Amz-Target", damaged("AmazonSQS.SendMessage", random)}};
        if (i % 2 == 0) rpc.headers[0].value = "AmazonSQS.SendMessage";
        rpc.body = damaged(json, random);
        (void)parse_request(*sqs, rpc);
    }
}

TEST(HostileInput, messages_of_the_rest_protocols) {
    ModelCache models;
    const auto s3 = *models.get("s3");
    const auto lambda = *models.get("lambda");
    const Operation& list = *s3->find_operation("ListObjectsV2");
    const Operation& get = *s3->find_operation("GetObject");
    const std::string xml =
        serialise_output(*s3, list,
                         *parse_json(R"({"IsTruncated": true, "KeyCount": 1, "Contents": [
                             {"Key": "a&b", "LastModified": 1, "Size": 2, "ETag": "\"e\""}]})"),
                         "id")
            .body;
    const std::string sums = "<Delete><Object><Key>k</Key></Object><Quiet>true</Quiet></Delete>";
    Random random{.seed = 5};

    for (int i = 0; i < rounds; ++i) {
        (void)parse_response(*s3, list, {i % 4 == 0 ? 404 : 200, {}, damaged(xml, random)});
        (void)parse_response(*s3, get,
                             {200,
                              {{"Content-Length", damaged("12", random)},
                               {"x-amz-meta-a", damaged("b", random)},
                               {"Last-Modified", damaged("Tue, 29 Apr 2014 18:30:38 GMT", random)}},
                              "x"});
        HttpRequest request;
        request.method = i % 2 == 0 ? "POST" : "GET";
        request.target = damaged("/bucket/a%20key/b?delete&uploadId=1&max-keys=5", random);
        request.body = damaged(sums, random);
        (void)parse_request(*s3, request);
        request.target = i % 2 == 0 ? "/bucket?delete" : request.target;
        (void)parse_request(*s3, request);
        request.method = "POST";
        request.target = damaged("/2015-03-31/functions/name/invocations?Qualifier=1", random);
        (void)parse_request(*lambda, request);
    }
}

TEST(HostileInput, signatures_urls_and_shared_files) {
    const std::string header =
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/ec2/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=abc";
    const std::string query = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20150830%2Fr"
                              "%2Fs%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=900&"
                              "X-Amz-SignedHeaders=host&X-Amz-Signature=abc";
    const std::string file = "[default]\na = b\ns3 =\n  x = y\n[profile \"q r\"]\nc: d # e\n";
    const KeyLookup keys = [](std::string_view) { return Credentials{"A", "S", "T", {}}; };
    Random random{.seed = 3};

    for (int i = 0; i < rounds; ++i) {
        HttpRequest in_header;
        in_header.headers = {{"Authorization", damaged(header, random)},
                             {"X-Amz-Date", damaged("20150830T123600Z", random)}};
        const VerifyOptions options{.now_epoch_seconds = 1'440'938'160};
        EXPECT_FALSE(verify_signature(in_header, keys, options));
        HttpRequest in_query;
        in_query.target = damaged(query, random);
        EXPECT_FALSE(verify_signature(in_query, keys, options));
        (void)parse_url(damaged("https://[::1]:80/a/b", random));
        (void)parse_url(damaged("http://host.example:80/a/b", random));
        (void)parse_shared_file(damaged(file, random), SharedFileKind::config);
    }
}

TEST(HostileInput, deep_answers_end_at_a_limit) {
    const Value document = *parse_json(R"({"metadata": {"protocol": "ec2"},
        "shapes": {"Tree": {"type": "structure", "members": {"a": {"shape": "Tree"}}}},
        "operations": {"Grow": {"output": {"shape": "Tree"}, "input": {"shape": "Tree"}}}})");
    const auto model = *ServiceModel::load(document);
    std::string xml = "<GrowResponse>";
    for (int i = 0; i < 100'000; ++i)
        xml += "<a>";
    for (int i = 0; i < 100'000; ++i)
        xml += "</a>";
    xml += "</GrowResponse>";

    const auto answer = parse_response(*model, model->operations().front(), {200, {}, xml});

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "MalformedResponse");
    EXPECT_TRUE(answer.error().message.ends_with("nested deeper than 256"))
        << answer.error().message.substr(0, 100);
}

} // namespace
