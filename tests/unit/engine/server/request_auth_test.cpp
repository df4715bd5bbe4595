// Who is let in: signatures of AWS, and bearer tokens.
#include "engine/server/request_auth.hpp"

#include "gradus/aws/signer.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

constexpr std::int64_t now_seconds = 1'700'000'000;

aws::HttpRequest signed_request(const std::string& key, const std::string& secret,
                                const std::string& service = "states") {
    aws::HttpRequest request{.scheme = aws::HttpRequest::Scheme::http,
                             .host = "127.0.0.1",
                             .port = 8083,
                             .headers = {{"Host", "127.0.0.1:8083"},
                                         {"X-Amz-Target", "AWSStepFunctions.ListActivities"}},
                             .body = "{}"};
    request.headers =
        aws::sign({.headers = request.headers, .body = request.body}, {key, secret, "", {}},
                  {.region = "eu-west-1", .service = service, .epoch_seconds = now_seconds})
            .headers;
    return request;
}

class RequestAuthTest : public testing::Test {
protected:
    std::string refusal(const aws::HttpRequest& request, std::int64_t seconds = now_seconds) const {
        const auto result = auth.check_call(request, timestamp_of(seconds * 1000));
        return result ? "let in" : result.error().code;
    }
    RequestAuth auth{{.keys = {{"AKIDONE", "one", "", {}}, {"AKIDTWO", "two", "", {}}},
                      .bearer_token = "0123456789abcdef"}};
};

TEST_F(RequestAuthTest, lets_in_whoever_signs_with_a_known_key) {
    EXPECT_EQ(refusal(signed_request("AKIDONE", "one")), "let in");
    EXPECT_EQ(refusal(signed_request("AKIDTWO", "two")), "let in");
}

TEST_F(RequestAuthTest, refuses_in_the_words_of_aws) {
    EXPECT_EQ(refusal({.body = "{}"}), "MissingAuthenticationTokenException");
    EXPECT_EQ(refusal(signed_request("AKIDONE", "two")), "InvalidSignatureException");
    EXPECT_EQ(refusal(signed_request("AKIDTHREE", "one")), "UnrecognizedClientException");
    EXPECT_EQ(refusal(signed_request("AKIDONE", "one", "ec2")), "InvalidSignatureException");
}

TEST_F(RequestAuthTest, refuses_what_was_changed_after_it_was_signed) {
    aws::HttpRequest request = signed_request("AKIDONE", "one");
    request.body = R"({"maxResults": 1})";
    EXPECT_EQ(refusal(request), "InvalidSignatureException");
}

TEST_F(RequestAuthTest, refuses_signatures_that_are_too_old_or_too_new) {
    const aws::HttpRequest request = signed_request("AKIDONE", "one");
    EXPECT_EQ(refusal(request, now_seconds + 299), "let in");
    EXPECT_EQ(refusal(request, now_seconds + 301), "InvalidSignatureException");
    EXPECT_EQ(refusal(request, now_seconds - 301), "InvalidSignatureException");
}

TEST_F(RequestAuthTest, knows_its_token) {
    const auto with = [](const std::string& value) {
        return aws::HttpRequest{.headers = {{"authorization", value}}};
    };
    EXPECT_TRUE(auth.has_token(with("Bearer 0123456789abcdef")));
    EXPECT_FALSE(auth.has_token(with("Bearer 0123456789abcdee")));
    EXPECT_FALSE(auth.has_token(with("0123456789abcdef")));
    EXPECT_FALSE(auth.has_token({}));
    EXPECT_FALSE(RequestAuth({}).has_token(with("Bearer ")));
}

} // namespace
} // namespace gradus
