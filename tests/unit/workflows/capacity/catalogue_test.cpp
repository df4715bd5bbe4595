#include "workflows/capacity/catalogue.hpp"
#include "workflows/capacity/pool.hpp"

#include <gtest/gtest.h>

namespace gradus::capacity {
namespace {

TEST(Catalogue, what_satisfies_a_need_comes_cheapest_first) {
    const auto found = types_for({.gpus = 1, .gpu_memory_gib = 24, .architecture = "x86_64"});

    ASSERT_GE(found.size(), 4U);
    EXPECT_EQ(found[0].type, "g6.xlarge");
    EXPECT_EQ(found[0].reason, "1 x L4 24 GiB, 4 vCPU, 16 GiB");
    EXPECT_EQ(found[1].type, "g6.2xlarge");
    EXPECT_EQ(found[2].type, "g5.xlarge");
}

TEST(Catalogue, an_arm_type_stands_in_only_for_arm_images_and_has_half_the_memory) {
    const GpuType& small = *find_gpu_type("g5g.xlarge");

    EXPECT_EQ(misfit(small, {.gpu_memory_gib = 16}), std::nullopt);
    EXPECT_EQ(misfit(small, {.architecture = "x86_64"}), "is arm64, the image is x86_64");
    EXPECT_EQ(misfit(small, need_of(*find_gpu_type("g4dn.xlarge"))), "has 8 GiB of host memory");
}

TEST(Catalogue, g5_2xlarge_has_one_gpu) {
    EXPECT_EQ(find_gpu_type("g5.2xlarge")->gpus, 1);
    EXPECT_EQ(find_gpu_type("m5.large"), nullptr);
}

TEST(Pool, is_written_and_read) {
    const Pool pool{Market::on_demand, "us-gov-west-1b", "p3.2xlarge"};

    EXPECT_EQ(to_string(pool), "on-demand/us-gov-west-1b/p3.2xlarge");
    EXPECT_EQ(parse_pool("on-demand/us-gov-west-1b/p3.2xlarge"), pool);
    EXPECT_EQ(region_of_zone(pool.zone), "us-gov-west-1");
    EXPECT_EQ(parse_pool("spot/us-west-2a"), std::nullopt);
    EXPECT_EQ(parse_pool("lent/us-west-2a/g5.xlarge"), std::nullopt);
    EXPECT_EQ(parse_pool("spot//"), std::nullopt);
}

} // namespace
} // namespace gradus::capacity
