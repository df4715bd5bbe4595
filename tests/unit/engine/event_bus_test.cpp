#include "engine/engine/event_bus.hpp"

#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

class Nobody final : public aws::Client {
public:
    aws::CallId call(aws::Call call, aws::CallCompletion) override {
        passed_on.push_back(call.operation);
        return 7;
    }
    void cancel(aws::CallId id) override { cancelled.push_back(id); }

    std::vector<std::string> passed_on;
    std::vector<aws::CallId> cancelled;
};

struct Setting {
    VirtualLoop loop{1'700'000'000'000};
    std::vector<std::string> started;
    EventBus bus{loop, "123456789012", 1,
                 [this](const std::string& arn, const std::string&, const Value& input) {
                     started.push_back(arn + " " + to_json(input));
                 }};
    Nobody others;
    LocalEventsClient client{loop, others, bus, "gradus.spot"};

    void add(const char* region, const char* pattern, const char* target, const char* path) {
        bus.add_rule({region, "rule", aws::EventPattern::parse(std::string_view(pattern)).value(),
                      target, path});
    }
};

TEST(EventBus, starts_what_matches_in_the_events_region) {
    Setting setting;
    setting.add("us-east-1", R"({"detail":{"region":["us-east-1"]}})", "machine-1", "$.detail");
    setting.add("us-west-2", R"({"detail":{"region":["us-east-1"]}})", "machine-2", "$.detail");

    setting.bus.publish("us-east-1", "gradus.spot", "Request",
                        Value::object({{"region", "us-east-1"}}));
    setting.bus.publish("us-east-1", "gradus.spot", "Request",
                        Value::object({{"region", "elsewhere"}}));
    setting.loop.run_to(1'700'000'001'000);

    EXPECT_EQ(setting.started, (std::vector<std::string>{R"(machine-1 {"region":"us-east-1"})"}));
}

TEST(EventBus, forwards_to_the_bus_of_another_region) {
    Setting setting;
    const char* request = R"({"detail-type":["Request"]})";
    setting.add("us-east-1", request, "arn:aws:events:us-west-2:123456789012:event-bus/default",
                "");
    setting.add("us-west-2", request, "machine", "$.detail");

    setting.bus.publish("us-east-1", "gradus.spot", "Request", Value::object({{"n", 1}}));
    setting.loop.run_to(1'700'000'001'000);

    EXPECT_EQ(setting.started, (std::vector<std::string>{R"(machine {"n":1})"}));
}

TEST(EventBus, rules_that_feed_each_other_come_to_rest) {
    Setting setting;
    const char* any = R"({"source":["gradus.spot"]})";
    setting.add("us-east-1", any, "arn:aws:events:us-west-2:123456789012:event-bus/default", "");
    setting.add("us-west-2", any, "arn:aws:events:us-east-1:123456789012:event-bus/default", "");

    setting.bus.publish("us-east-1", "gradus.spot", "Request", Value());

    EXPECT_FALSE(setting.loop.run_until([] { return false; }));
}

TEST(LocalEventsClient, takes_events_of_its_source_and_passes_everything_else_on) {
    Setting setting;
    setting.add("us-east-1", R"({"detail-type":["Request"]})", "machine", "$.detail");
    const auto put = [](const char* source, const char* detail) {
        const Value entry =
            Value::object({{"Source", source}, {"DetailType", "Request"}, {"Detail", detail}});
        return aws::Call{"events", "PutEvents", Value::object({{"Entries", Value::array({entry})}}),
                         "us-east-1"};
    };
    std::vector<std::int64_t> failed;
    const auto done = [&](const aws::CallResult& result) {
        failed.push_back(result->output["FailedEntryCount"].as_integer());
    };

    setting.client.call(put("gradus.spot", R"({"n":1})"), done);
    setting.client.call(put("gradus.spot", "{"), done);
    setting.client.cancel(setting.client.call(put("gradus.spot", R"({"n":2})"), done));
    setting.client.cancel(setting.client.call(put("my.app", "{}"), done));
    setting.loop.run_to(1'700'000'001'000);

    EXPECT_EQ(failed, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(setting.started, (std::vector<std::string>{R"(machine {"n":1})"}));
    EXPECT_EQ(setting.others.passed_on, (std::vector<std::string>{"PutEvents"}));
    EXPECT_EQ(setting.others.cancelled, (std::vector<aws::CallId>{7}));
}

} // namespace
} // namespace gradus
