#include "workflows/capacity/experience.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus::capacity {
namespace {

using namespace std::chrono_literals;

const Pool pool{Market::spot, "us-west-2a", "g5.xlarge"};
const Timestamp noon = timestamp_of(1'700'000'000'000);

TEST(Experience, a_failed_pool_is_left_alone_and_comes_back_by_itself) {
    Experience experience;
    experience.note_failure(pool, classify("InsufficientInstanceCapacity", ""), noon);

    EXPECT_EQ(experience.excluded_until(pool, noon + 1min), noon + 3min);
    EXPECT_EQ(experience.excluded_until(pool, noon + 3min), std::nullopt);
}

TEST(Experience, exclusions_double_with_each_failure_in_a_row_up_to_a_limit) {
    Experience experience;
    const Classified failure = classify("UnfulfillableCapacity", "");
    experience.note_failure(pool, failure, noon);
    experience.note_failure(pool, failure, noon + 10min);
    EXPECT_EQ(experience.excluded_until(pool, noon + 10min), noon + 16min);

    for (int i = 0; i < 20; ++i)
        experience.note_failure(pool, failure, noon + 20min);
    EXPECT_EQ(experience.excluded_until(pool, noon + 20min), noon + 32min);

    experience.note_success(pool, noon + 40min);
    EXPECT_EQ(experience.find(pool)->failures_in_a_row, 0);
    EXPECT_EQ(experience.excluded_until(pool, noon + 40min), std::nullopt);
}

TEST(Experience, failures_of_passing_kind_exclude_nothing) {
    Experience experience;
    experience.note_failure(pool, classify("Throttling", "Rate exceeded"), noon);

    EXPECT_EQ(experience.excluded_until(pool, noon), std::nullopt);
    EXPECT_EQ(experience.find(pool)->failures, 1);
}

TEST(Experience, weighs_half_after_three_days) {
    Experience experience;
    experience.note_success(pool, noon);
    experience.note_success(pool, noon);

    // (0.5 · 2 + 2) / (2 + 2), then with the two successes worth one.
    EXPECT_DOUBLE_EQ(experience.chance(pool, 0.5, noon), 0.75);
    EXPECT_DOUBLE_EQ(experience.chance(pool, 0.5, noon + 72h), 2.0 / 3.0);
}

TEST(Experience, survives_its_document) {
    Experience experience;
    experience.note_failure(pool, classify("InsufficientInstanceCapacity", ""), noon);
    experience.note_success({Market::on_demand, "eu-west-1b", "p3.2xlarge"}, noon);

    const Value document = experience.to_value();
    EXPECT_EQ(
        to_json(document),
        R"({"version":1,"pools":{"spot/us-west-2a/g5.xlarge":[0,1,1,1700000000,1700000180,)"
        R"("Capacity.Insufficient"],"on-demand/eu-west-1b/p3.2xlarge":[1,0,0,1700000000,0,""]}})");
    EXPECT_EQ(Experience::from_value(document).pools(), experience.pools());
}

TEST(Experience, a_damaged_document_gives_what_can_be_read) {
    const Value document = *parse_json(
        R"({"pools":{"nonsense":[1,2,3,4,5,""],"spot/a/b":[1],"spot/us-east-1a/g5.xlarge":[-3,"x",null,"",{},7]}})");

    const Experience experience = Experience::from_value(document);

    ASSERT_EQ(experience.pools().size(), 1U);
    EXPECT_EQ(experience.pools().begin()->second.successes, 0);
    EXPECT_TRUE(Experience::from_value(Value("text")).pools().empty());
}

TEST(Experience, its_document_fits_a_standard_parameter) {
    Experience experience;
    for (int i = 0; i < 200; ++i) {
        const Pool other{Market::on_demand, "ap-southeast-" + std::to_string(i) + "a",
                         "p5en.48xlarge"};
        experience.note_failure(other, classify("InsufficientInstanceCapacity", ""), noon);
    }

    const Value document = experience.to_value();
    EXPECT_EQ(document["pools"].size(), experience_pools_max);
    EXPECT_LT(to_json(document).size(), 4096U);
}

} // namespace
} // namespace gradus::capacity
