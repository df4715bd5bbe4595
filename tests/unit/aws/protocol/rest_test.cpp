// The rest protocols where the conformance corpus is silent: S3's own model, bytes, bad input.
#include "aws/protocol/client_side.hpp"
#include "aws/protocol/server_side.hpp"

#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

const ServiceModel& s3() {
    static const std::shared_ptr<const ServiceModel> model = *ModelCache().get("s3");
    return *model;
}

Result<RequestParts> request(std::string_view operation, const Value& params) {
    Random random;
    return serialise_request(s3(), *s3().find_operation(operation), params, random);
}

std::string operation_of(std::string method, std::string target, HttpHeaders headers = {}) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    const Result<ReceivedCall, ServiceError> call = parse_request(s3(), request);
    return call ? call->operation->name : call.error().code;
}

TEST(Rest, puts_members_into_path_headers_and_body) {
    const auto parts = request("PutObject", *parse_json(R"({"Bucket": "b", "Key": "a b/c+d/é",
        "Body": "text", "ContentType": "text/csv", "Metadata": {"who": "me"}})"));

    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_EQ(parts->method, "PUT");
    EXPECT_EQ(parts->uri, "/b/a%20b/c%2Bd/%C3%A9");
    EXPECT_EQ(parts->body, "text");
    EXPECT_EQ(*find_header(parts->headers, "content-type"), "text/csv");
    EXPECT_EQ(*find_header(parts->headers, "x-amz-meta-who"), "me");
}

TEST(Rest, keeps_every_byte_of_a_body) {
    std::string bytes("\xff\x00\xfe\r\n\x80", 6);

    const auto parts = request(
        "PutObject",
        Value::object({{"Bucket", Value("b")}, {"Key", Value("k")}, {"Body", Value(bytes)}}));
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_EQ(parts->body, bytes);

    const auto read =
        parse_response(s3(), *s3().find_operation("GetObject"), {200, {}, parts->body});
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->output["Body"].as_string(), bytes);
}

TEST(Rest, an_empty_object_has_an_empty_body) {
    const auto read = parse_response(s3(), *s3().find_operation("GetObject"), {200, {}, ""});

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->output["Body"], Value(""));
}

TEST(Rest, refuses_a_header_that_ends_its_line) {
    for (const char* text : {R"({"Bucket": "b", "Key": "k", "ContentType": "a\r\nX-Evil: 1"})",
                             R"({"Bucket": "b", "Key": "k", "Metadata": {"a: b\r\nc": "1"}})"}) {
        const auto parts = request("PutObject", *parse_json(text));

        ASSERT_FALSE(parts) << text;
        EXPECT_EQ(parts.error().code, ErrorCode::invalid_argument);
    }
}

TEST(Rest, refuses_an_empty_label) {
    const auto parts = request("GetObject", *parse_json(R"({"Bucket": "b", "Key": ""})"));

    ASSERT_FALSE(parts);
    EXPECT_EQ(parts.error().message, "Key: expected a text, found none");
}

TEST(Rest, sums_a_body_that_must_have_a_sum) {
    const auto parts = request(
        "DeleteObjects", *parse_json(R"({"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}})"));

    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_EQ(parts->uri, "/b?delete");
    EXPECT_EQ(parts->body, "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                           "<Object><Key>k</Key></Object></Delete>");
    EXPECT_EQ(*find_header(parts->headers, "Content-MD5"), "cDL/HO6237pKgcrKF+HYeA==");
}

TEST(Rest, finds_the_operation_that_asks_for_most) {
    EXPECT_EQ(operation_of("GET", "/"), "ListBuckets");
    EXPECT_EQ(operation_of("GET", "/b"), "ListObjects");
    EXPECT_EQ(operation_of("GET", "/b/"), "ListObjects");
    EXPECT_EQ(operation_of("GET", "/b?list-type=2&prefix=a"), "ListObjectsV2");
    EXPECT_EQ(operation_of("GET", "/b?location"), "GetBucketLocation");
    EXPECT_EQ(operation_of("GET", "/b/a/b"), "GetObject");
    EXPECT_EQ(operation_of("HEAD", "/b/a"), "HeadObject");
    EXPECT_EQ(operation_of("PUT", "/b/a"), "PutObject");
    EXPECT_EQ(operation_of("PUT", "/b/a", {{"x-amz-copy-source", "b/c"}}), "CopyObject");
    EXPECT_EQ(operation_of("PUT", "/b/a?partNumber=1&uploadId=u"), "UploadPart");
    EXPECT_EQ(operation_of("PATCH", "/b/a"), "MethodNotAllowed");
}

TEST(Rest, reads_the_error_of_s3_as_s3_writes_it) {
    const Operation& operation = *s3().find_operation("GetObject");
    const auto read = parse_response(
        s3(), operation,
        {404,
         {{"x-amz-request-id", "4442587FB7D0A2F9"}},
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The "
         "specified key does not exist.</Message><Key>k</Key><RequestId>4442587FB7D0A2F9"
         "</RequestId><HostId>x/y=</HostId></Error>"});

    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "NoSuchKey");
    EXPECT_EQ(read.error().message, "The specified key does not exist.");
    EXPECT_EQ(read.error().http_status, 404);
    EXPECT_EQ(read.error().request_id, "4442587FB7D0A2F9");
}

TEST(Rest, a_header_of_an_object_that_is_no_date_is_left_out) {
    const auto read = parse_response(s3(), *s3().find_operation("GetObject"),
                                     {200, {{"Expires", "soon"}, {"ETag", "\"e\""}}, "x"});

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->output.find("Expires"), nullptr);
    EXPECT_EQ(read->output["ETag"], Value("\"e\""));
}

TEST(Rest, an_error_in_the_body_of_a_200_is_an_error) {
    const HttpResponse response{200,
                                {},
                                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
                                "InternalError</Code><Message>m</Message></Error>"};

    const auto copied = parse_response(s3(), *s3().find_operation("CopyObject"), response);
    const auto got = parse_response(s3(), *s3().find_operation("GetObject"), response);

    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().code, "InternalError");
    EXPECT_EQ(copied.error().http_status, 500);
    EXPECT_TRUE(got);
}

TEST(Rest, a_header_that_is_not_utf8_becomes_text) {
    const auto read = parse_response(s3(), *s3().find_operation("HeadObject"),
                                     {200, {{"x-amz-meta-who", "Ren\xe9"}}, ""});

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->output["Metadata"]["who"], Value("René"));
}

TEST(Rest, reads_a_location_that_has_nothing_around_it) {
    const Operation& operation = *s3().find_operation("GetBucketLocation");
    const std::string open =
        "<?xml version=\"1.0\"?>\n"
        "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

    const auto west =
        parse_response(s3(), operation, {200, {}, open + ">us-west-2</LocationConstraint>"});
    const auto first = parse_response(s3(), operation, {200, {}, open + "/>"});

    EXPECT_EQ(west->output, Value::object({{"LocationConstraint", Value("us-west-2")}}));
    EXPECT_EQ(first->output, Value::object());
}

} // namespace
