#include "aws/endpoint/rule_set.hpp"
#include "aws/model/models.hpp"
#include "aws/paging/paginator.hpp"
#include "aws/paging/waiter.hpp"
#include "tests/support/all_services.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace {

using namespace gradus;
using namespace gradus::aws;

std::string bytes_of(const std::string& file) {
    std::ifstream stream(std::filesystem::path(GRADUS_SOURCE_DIR) / "aws/models" / file,
                         std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Result<ServiceBundle> bundle_of(std::string bytes) {
    return ServiceBundle::open(
        [bytes = std::move(bytes)](std::uint64_t offset, std::size_t size) -> Result<std::string> {
            return offset > bytes.size() ? std::string()
                                         : bytes.substr(static_cast<std::size_t>(offset), size);
        });
}

std::string fault_of(std::string bytes) {
    const auto bundle = bundle_of(std::move(bytes));
    return bundle ? "" : bundle.error().message;
}

TEST(BuiltInServices, are_those_that_gradus_calls_by_itself) {
    std::set<std::string> names;
    for (const BundledService& service : built_in_services().services())
        names.insert(service.name);

    EXPECT_EQ(names,
              (std::set<std::string>{"autoscaling", "cloudwatch", "dynamodb", "ec2", "ecs",
                                     "events", "lambda", "s3", "secretsmanager", "service-quotas",
                                     "sns", "sqs", "ssm", "stepfunctions", "sts"}));
}

TEST(BuiltInServices, answer_to_all_their_names) {
    const ServiceBundle& services = built_in_services();

    EXPECT_EQ(services.find("sfn")->name, "stepfunctions");
    EXPECT_EQ(services.find("states")->name, "stepfunctions");
    EXPECT_EQ(services.find("eventbridge")->name, "events");
    EXPECT_EQ(services.find("servicequotas")->name, "service-quotas");
    EXPECT_EQ(services.find("monitoring")->name, "cloudwatch");
    EXPECT_EQ(services.find("gamelift"), nullptr);
}

TEST(BuiltInServices, are_the_same_as_in_the_bundle_of_all) {
    const ServiceBundle all = *bundle_of(bytes_of("services.bundle"));

    for (const BundledService& service : built_in_services().services()) {
        const BundledService* same = all.find(service.name);
        ASSERT_NE(same, nullptr) << service.name;
        EXPECT_EQ(same->size, service.size) << service.name;
        EXPECT_EQ((*all.load(*same))->operations().size(),
                  (*built_in_services().load(service))->operations().size());
    }
}

// A service that one can't call should be found here, not by whoever calls it.
TEST(AllServices, can_be_read_with_their_endpoints_pages_and_waiters) {
    const ServiceBundle all = *bundle_of(bytes_of("services.bundle"));
    int operations = 0;
    int paginators = 0;
    int waiters = 0;

    for (const BundledService& service : all.services()) {
        const auto model = all.load(service);
        ASSERT_TRUE(model) << service.name << ": " << model.error().message;
        operations += static_cast<int>((*model)->operations().size());
        const auto rules = RuleSet::compile((*model)->endpoint_rules());
        EXPECT_TRUE(rules) << service.name << ": " << rules.error().message;
        for (const Member& each : (*model)->pagination().as_object()) {
            if (each.value.find("input_token") == nullptr) continue; // one page
            const auto paginator = Paginator::load(each.value);
            EXPECT_TRUE(paginator)
                << service.name << ' ' << each.name() << ": " << paginator.error().message;
            ++paginators;
        }
        for (const Member& each : (*model)->waiters().as_object()) {
            const auto waiter = Waiter::load(each.value);
            EXPECT_TRUE(waiter) << service.name << ' ' << each.name() << ": "
                                << waiter.error().message;
            ++waiters;
        }
    }

    EXPECT_EQ(all.services().size(), 427U);
    EXPECT_EQ(operations, 18'917);
    EXPECT_GT(paginators, 3'000);
    EXPECT_GT(waiters, 300);
}

TEST(AllServices, have_names_of_step_functions_that_mean_one_service_each) {
    const ServiceBundle all = *bundle_of(bytes_of("services.bundle"));

    EXPECT_EQ(all.find("costexplorer")->name, "ce");
    EXPECT_EQ(all.find("cloudwatchlogs")->name, "logs");
    EXPECT_EQ(all.find("databasemigration")->name, "dms");
    EXPECT_EQ(all.find("lexruntimev2")->name, "lexv2-runtime");
    EXPECT_EQ(all.find("elasticloadbalancingv2")->name, "elbv2");
    EXPECT_EQ(all.find("costandusagereport")->name, "cur");
}

TEST(ServiceBundle, says_what_is_wrong_with_a_file) {
    const std::string good = bytes_of("embedded.bundle");
    const std::size_t index = good.find('\n') + 1;
    std::string torn = good;
    torn[torn.size() - 100] ^= 1; // within the last service, which has a checksum
    const ServiceBundle flipped = *bundle_of(torn);
    const ServiceBundle cut = *bundle_of(good.substr(0, good.size() - 10));

    EXPECT_EQ(fault_of("PK"), "not a bundle of service models: it doesn't begin with "
                              "'gradus-services 1 '");
    EXPECT_EQ(fault_of("gradus-services 1 x\n"), "the bundle of service models is damaged: its "
                                                 "first line is 'gradus-services 1 x'");
    EXPECT_EQ(fault_of(good.substr(0, index + 50)),
              "the bundle of service models is damaged: its index isn't one");
    EXPECT_EQ(fault_of("gradus-services 1 41\n{\"services\":[{\"name\":\"a\",\"offset\":-1}]}  "),
              "the bundle of service models is damaged: its index says of a service "
              R"({"name":"a","offset":-1})");
    EXPECT_EQ(flipped.load(*flipped.find("sts")).error().message,
              "the bundle of service models is damaged: sts can't be unpacked");
    EXPECT_EQ(cut.load(*cut.find("sts")).error().message,
              "the bundle of service models is damaged: sts is cut off");
}

TEST(ModelCache, gives_one_model_under_all_names) {
    ModelCache cache;

    EXPECT_EQ(cache.get("sfn")->get(), cache.get("states")->get());
}

TEST(ModelCache, looks_for_other_services_once_and_only_when_one_is_wanted) {
    int looks = 0;
    ModelCache cache([&looks]() -> Result<std::shared_ptr<const ServiceBundle>> {
        ++looks;
        return all_services()();
    });

    EXPECT_TRUE(cache.get("ec2"));
    EXPECT_EQ(looks, 0);
    EXPECT_EQ((*cache.get("gamelift"))->metadata().service_id, "GameLift");
    EXPECT_EQ((*cache.get("costexplorer"))->metadata().service_id, "Cost Explorer");
    EXPECT_EQ(looks, 1);
}

TEST(ModelCache, says_what_was_probably_meant) {
    ModelCache built_in;
    ModelCache all(all_services());
    ModelCache without([]() -> Result<std::shared_ptr<const ServiceBundle>> {
        return Error{ErrorCode::not_found, "there is no services.bundle in /a or /b"};
    });

    EXPECT_EQ(built_in.get("gamelift").error().message,
              "the AWS service 'gamelift' isn't built in, and no others are to be looked for");
    EXPECT_EQ(all.get("gamelft").error().message,
              "no AWS service is known as 'gamelft', did you mean 'gamelift'?");
    EXPECT_EQ(all.get("teapot").error().message, "no AWS service is known as 'teapot'");
    EXPECT_EQ(without.get("gamelift").error().message,
              "the AWS service 'gamelift' isn't built in, and there is no services.bundle in /a or "
              "/b");
    EXPECT_EQ(without.get("gamelift").error().code, ErrorCode::io);
    EXPECT_EQ(all.get("teapot").error().code, ErrorCode::not_found);
}

} // namespace
