#include "engine/integrations/webhook.hpp"

#include "tests/support/scripted_transport.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

class WebhookTest : public testing::Test {
protected:
    aws::VirtualTime time;
    aws::ScriptedTransport transport{time};
    std::vector<std::string> lost;
    std::unique_ptr<Webhook> webhook =
        Webhook::make(time, transport, "http://127.0.0.1:9000/events?from=gradus",
                      [this](const std::string& reason) { lost.push_back(reason); })
            .value();
};

TEST_F(WebhookTest, posts_an_event_as_json) {
    transport.answers = {aws::HttpResponse{204, {}, ""}};
    webhook->post(Value::object({{"source", "aws.states"}}));
    time.run();
    ASSERT_EQ(transport.requests.size(), 1U);
    EXPECT_EQ(transport.requests[0].method, "POST");
    EXPECT_EQ(transport.requests[0].target, "/events?from=gradus");
    EXPECT_EQ(transport.requests[0].port, 9000);
    EXPECT_EQ(transport.requests[0].body, R"({"source":"aws.states"})");
    EXPECT_TRUE(lost.empty());
}

TEST_F(WebhookTest, tries_three_times_and_says_what_is_lost) {
    transport.answers = {aws::HttpResponse{503, {}, ""}, aws::HttpResponse{503, {}, ""},
                         aws::HttpResponse{500, {}, ""}};
    const std::int64_t begun = time.now;
    webhook->post(Value::object());
    time.run();
    EXPECT_EQ(transport.requests.size(), 3U);
    EXPECT_EQ(time.now - begun, 5030); // 1 s and 4 s between attempts of 10 ms
    EXPECT_EQ(lost, (std::vector<std::string>{"an event for 127.0.0.1 is lost: it answered 500"}));
}

TEST_F(WebhookTest, an_event_that_is_taken_at_last_is_not_lost) {
    transport.answers = {aws::HttpResponse{503, {}, ""}, aws::HttpResponse{200, {}, ""}};
    webhook->post(Value::object());
    time.run();
    EXPECT_EQ(transport.requests.size(), 2U);
    EXPECT_TRUE(lost.empty());
}

TEST_F(WebhookTest, drops_events_when_a_thousand_wait) {
    for (int i = 0; i < 1001; ++i)
        webhook->post(Value::object());
    EXPECT_EQ(lost, (std::vector<std::string>{"1000 events wait for 127.0.0.1"}));
}

TEST(WebhookUrl, must_be_safe) {
    aws::VirtualTime time;
    aws::ScriptedTransport transport{time};
    EXPECT_FALSE(Webhook::make(time, transport, "http://example.com/", {}));
    EXPECT_FALSE(Webhook::make(time, transport, "example.com", {}));
    EXPECT_TRUE(Webhook::make(time, transport, "https://example.com/", {}));
}

} // namespace
} // namespace gradus
