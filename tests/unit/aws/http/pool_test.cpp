#include "aws/http/pool.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus::aws;
using Reusable = PoolPolicy::Reusable;

const PoolKey ec2{HttpRequest::Scheme::https, "ec2", 443};
const PoolKey ssm{HttpRequest::Scheme::https, "ssm", 443};

ConnectionId opened(const PoolPolicy::Acquired& acquired) {
    return std::get<PoolPolicy::Open>(acquired).connection;
}

TEST(Pool, reuses_the_connection_that_was_used_last) {
    PoolPolicy pool({});
    const ConnectionId first = opened(pool.acquire(ec2, 1, 0));
    const ConnectionId second = opened(pool.acquire(ec2, 2, 0));

    EXPECT_TRUE(pool.release(first, Reusable::yes, 10).keep);
    EXPECT_TRUE(pool.release(second, Reusable::yes, 20).keep);

    EXPECT_EQ(std::get<PoolPolicy::Reuse>(pool.acquire(ec2, 3, 30)).connection, second);
    EXPECT_EQ(std::get<PoolPolicy::Reuse>(pool.acquire(ec2, 4, 30)).connection, first);
    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Open>(pool.acquire(ssm, 5, 30)));
}

TEST(Pool, closes_connections_that_were_idle_too_long) {
    PoolPolicy pool({.idle_milliseconds_max = 100});
    const ConnectionId first = opened(pool.acquire(ec2, 1, 0));
    pool.release(first, Reusable::yes, 0);

    EXPECT_TRUE(pool.take_expired(99).empty());
    EXPECT_EQ(pool.take_expired(100), std::vector{first});
    EXPECT_TRUE(pool.take_expired(100).empty());
    EXPECT_EQ(pool.connections(), 0U);
    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Open>(pool.acquire(ec2, 2, 101)));
}

TEST(Pool, does_not_keep_what_is_not_reusable_or_one_too_many) {
    PoolPolicy pool({.idle_per_endpoint_max = 1});
    const ConnectionId first = opened(pool.acquire(ec2, 1, 0));
    const ConnectionId second = opened(pool.acquire(ec2, 2, 0));
    const ConnectionId third = opened(pool.acquire(ec2, 3, 0));

    EXPECT_FALSE(pool.release(first, Reusable::no, 0).keep);
    EXPECT_TRUE(pool.release(second, Reusable::yes, 0).keep);
    EXPECT_FALSE(pool.release(third, Reusable::yes, 0).keep);
    EXPECT_EQ(pool.connections(), 1U);
}

TEST(Pool, queues_beyond_its_limit_and_hands_connections_over_in_order) {
    PoolPolicy pool({.connections_per_endpoint_max = 1, .waiting_max = 2});
    const ConnectionId only = opened(pool.acquire(ec2, 1, 0));

    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Queue>(pool.acquire(ec2, 2, 0)));
    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Queue>(pool.acquire(ec2, 3, 0)));
    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Refuse>(pool.acquire(ec2, 4, 0)));
    pool.forget(2);

    const PoolPolicy::Released released = pool.release(only, Reusable::yes, 1);
    EXPECT_TRUE(released.keep);
    EXPECT_EQ(released.next, std::vector<SendId>{3});
    EXPECT_EQ(pool.waiting(), 0U);
}

TEST(Pool, lets_the_next_open_when_a_connection_breaks) {
    PoolPolicy pool({.connections_per_endpoint_max = 1});
    const ConnectionId only = opened(pool.acquire(ec2, 1, 0));
    pool.acquire(ec2, 2, 0);

    const PoolPolicy::Released released = pool.release(only, Reusable::no, 1);

    EXPECT_FALSE(released.keep);
    EXPECT_EQ(released.next, std::vector<SendId>{2});
    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Open>(pool.acquire(ec2, 2, 1)));
}

TEST(Pool, makes_room_for_another_endpoint) {
    PoolPolicy pool({.connections_max = 1});
    const ConnectionId first = opened(pool.acquire(ec2, 1, 0));
    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Queue>(pool.acquire(ssm, 2, 0)));
    EXPECT_EQ(pool.release(first, Reusable::yes, 0).next, std::vector<SendId>{2});
    const ConnectionId second = opened(pool.acquire(ssm, 2, 0));
    pool.release(second, Reusable::yes, 0);

    EXPECT_TRUE(std::holds_alternative<PoolPolicy::Open>(pool.acquire(ec2, 3, 0)));
    EXPECT_EQ(pool.take_expired(0), std::vector{second});
    EXPECT_EQ(pool.connections(), 1U);
}

} // namespace
