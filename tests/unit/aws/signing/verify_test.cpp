#include "aws/signing/verify.hpp"

#include "gradus/aws/signer.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

constexpr std::int64_t signed_at = 1'440'938'160; // 20150830T123600Z

const Credentials known{.access_key_id = "AKIDEXAMPLE",
                        .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

std::optional<Credentials> keys(std::string_view id) {
    if (id == known.access_key_id) return known;
    return std::nullopt;
}

HttpRequest received(const Credentials& credentials) {
    HttpRequest request;
    request.target = "/a%20b/c?x=1&y=%2F";
    request.body = "Action=DescribeRegions";
    RequestToSign to_sign{
        "POST", "/a%20b/c", "x=1&y=%2F", {{"Host", "ec2.us-east-1.amazonaws.com"}}, request.body};
    SigningOptions options;
    options.region = "us-east-1";
    options.service = "ec2";
    options.epoch_seconds = signed_at;
    request.headers = sign(to_sign, credentials, options).headers;
    return request;
}

TEST(VerifySignature, takes_what_the_signer_made) {
    const auto claim =
        verify_signature(received(known), keys, {.now_epoch_seconds = signed_at + 9});

    ASSERT_TRUE(claim) << claim.error().message;
    EXPECT_EQ(claim->access_key_id, "AKIDEXAMPLE");
    EXPECT_EQ(claim->region, "us-east-1");
    EXPECT_EQ(claim->service, "ec2");
}

TEST(VerifySignature, refuses_a_changed_body) {
    HttpRequest request = received(known);
    request.body += "&DryRun=true";

    const auto claim = verify_signature(request, keys, {.now_epoch_seconds = signed_at});

    ASSERT_FALSE(claim);
    EXPECT_EQ(claim.error().code, "SignatureDoesNotMatch");
    EXPECT_EQ(claim.error().http_status, 403);
}

TEST(VerifySignature, refuses_an_unknown_key_and_a_wrong_secret) {
    Credentials other = known;
    other.access_key_id = "AKIDOTHER";
    Credentials wrong = known;
    wrong.secret_access_key = "wrong";

    const auto unknown_key =
        verify_signature(received(other), keys, {.now_epoch_seconds = signed_at});
    const auto wrong_secret =
        verify_signature(received(wrong), keys, {.now_epoch_seconds = signed_at});

    EXPECT_EQ(unknown_key.error().code, "InvalidClientTokenId");
    EXPECT_EQ(wrong_secret.error().code, "SignatureDoesNotMatch");
}

TEST(VerifySignature, refuses_a_request_from_another_time) {
    const HttpRequest request = received(known);

    EXPECT_EQ(verify_signature(request, keys, {.now_epoch_seconds = signed_at + 301}).error().code,
              "RequestExpired");
    EXPECT_EQ(verify_signature(request, keys, {.now_epoch_seconds = signed_at - 301}).error().code,
              "RequestExpired");
    EXPECT_TRUE(verify_signature(request, keys, {.now_epoch_seconds = signed_at + 300}));
}

TEST(VerifySignature, names_what_is_missing) {
    HttpRequest bare;
    HttpRequest broken;
    broken.headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request"}};
    HttpRequest scope;
    scope.headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=A/b, Signature=1"}};

    EXPECT_EQ(verify_signature(bare, keys, {}).error().code, "MissingAuthenticationToken");
    EXPECT_EQ(verify_signature(broken, keys, {}).error().message, "Signature is missing");
    EXPECT_EQ(verify_signature(scope, keys, {}).error().message,
              "Credential must be KEY/DATE/REGION/SERVICE/aws4_request, found 'A/b'");
}

TEST(VerifySignature, takes_a_presigned_url_until_it_expires) {
    RequestToSign to_sign{
        "GET", "/", "Action=GetCallerIdentity", {{"Host", "sts.us-east-1.amazonaws.com"}}, ""};
    SigningOptions options;
    options.region = "us-east-1";
    options.service = "sts";
    options.epoch_seconds = signed_at;
    HttpRequest request;
    request.method = "GET";
    request.headers = to_sign.headers;
    request.target = "/?" + presign(to_sign, known, options, 900).query;

    EXPECT_TRUE(verify_signature(request, keys, {.now_epoch_seconds = signed_at + 900}));
    EXPECT_EQ(verify_signature(request, keys, {.now_epoch_seconds = signed_at + 901}).error().code,
              "RequestExpired");
}

// The example of AWS's page on payloads in multiple chunks.
TEST(VerifySignature, takes_the_words_of_a_body_in_pieces_for_its_hash) {
    HttpRequest request;
    request.method = "PUT";
    request.target = "/examplebucket/chunkObject.txt";
    request.headers = {
        {"Host", "s3.amazonaws.com"},
        {"x-amz-date", "20130524T000000Z"},
        {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
        {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
        {"Content-Encoding", "aws-chunked"},
        {"x-amz-decoded-content-length", "66560"},
        {"Content-Length", "66824"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
         "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
         "x-amz-decoded-content-length;x-amz-storage-class,"
         "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"}};
    request.body = "whatever";
    const KeyLookup example = [](std::string_view id) {
        return std::optional(Credentials{
            std::string(id), "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", std::nullopt});
    };

    const auto claim = verify_signature(request, example, {.now_epoch_seconds = 1'369'353'600});

    EXPECT_TRUE(claim) << claim.error().message;
}

} // namespace
