#include "gradus/value.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gradus {
namespace {

TEST(Value, keeps_short_and_long_strings_alike) {
    const Value inline_text("fourteen bytes");
    const Value long_text("fifteen bytes!!!");

    EXPECT_EQ(inline_text.as_string(), "fourteen bytes");
    EXPECT_EQ(long_text.as_string(), "fifteen bytes!!!");
    EXPECT_EQ(Value("").size(), 0U);
}

TEST(Value, equality_compares_numbers_by_value_and_objects_without_order) {
    EXPECT_EQ(Value(1), Value(1.0));
    EXPECT_EQ(Value::number("1.0"), Value(1));
    EXPECT_EQ(Value::object({{"a", 1}, {"b", 2}}), Value::object({{"b", 2}, {"a", 1}}));
    EXPECT_FALSE(Value(1) == Value("1"));
    EXPECT_FALSE(Value() == Value(false));
}

TEST(Value, a_name_put_twice_keeps_its_place_and_takes_the_last_value) {
    ObjectBuilder builder;
    builder.put("a", 1).put("b", 2).put("a", 3);

    EXPECT_EQ(to_json(builder.build()), R"({"a":3,"b":2})");
}

TEST(Value, objects_of_many_members_find_each_of_them) {
    ObjectBuilder builder;
    for (int i = 0; i < 1000; ++i)
        builder.put("name " + std::to_string(i), i);
    const Value object = builder.build();

    for (int i = 0; i < 1000; ++i) {
        ASSERT_NE(object.find("name " + std::to_string(i)), nullptr);
        EXPECT_EQ(object["name " + std::to_string(i)].as_integer(), i);
    }
    EXPECT_EQ(object.find("name 1000"), nullptr);
}

TEST(Value, changing_a_shared_object_leaves_the_other_holder_alone) {
    Value first = Value::object({{"a", 1}});
    const Value second = first;
    first = std::move(first).with("a", 2);

    EXPECT_EQ(second["a"].as_integer(), 1);
    EXPECT_EQ(first["a"].as_integer(), 2);
}

TEST(Value, with_adds_and_replaces_members_in_order) {
    Value object = Value::object({});
    for (int i = 0; i < 40; ++i)
        object = std::move(object).with("k" + std::to_string(i), i);
    object = std::move(object).with("k7", "seven");

    EXPECT_EQ(object.size(), 40U);
    EXPECT_EQ(object["k7"].as_string(), "seven");
    EXPECT_EQ(object["k39"].as_integer(), 39);
}

TEST(Value, appending_elements_one_by_one_keeps_all) {
    Value array = Value::array({});
    for (int i = 0; i < 1000; ++i)
        array = std::move(array).with_element(i);
    const Value copy = array;
    const Value longer = copy.with_element("x");

    EXPECT_EQ(array.size(), 1000U);
    EXPECT_EQ(array[999].as_integer(), 999);
    EXPECT_EQ(longer.size(), 1001U);
}

TEST(Value, nesting_of_a_million_levels_is_destroyed_without_recursion) {
    Value nested = Value::array({});
    for (int i = 0; i < 1'000'000; ++i) {
        Array one;
        one.push_back(std::move(nested));
        nested = Value(std::move(one));
    }

    EXPECT_EQ(nested.depth(), 1'000'001U);
}

TEST(Value, members_are_found_by_keys_of_every_length) {
    const Value object = Value::object(
        {{"", 0}, {"fourteen bytes", 1}, {"a name beyond what lies inline", 2}, {"short", 3}});

    EXPECT_EQ(object.find_key("")->as_integer(), 0);
    EXPECT_EQ(object.find_key("fourteen bytes")->as_integer(), 1);
    EXPECT_EQ(object.find_key("a name beyond what lies inline")->as_integer(), 2);
    EXPECT_EQ(object.find_key("short")->as_integer(), 3);
    EXPECT_EQ(object.find_key("shor"), nullptr);
    EXPECT_EQ(object.find_key("a name beyond what lies elsewhere"), nullptr);
    const Value text = "short";
    EXPECT_EQ(text.find_key("short"), nullptr);
}

TEST(Value, a_builder_keeps_places_and_last_values_while_it_grows) {
    ObjectBuilder builder(2);
    for (int i = 0; i < 100; ++i)
        builder.put("k" + std::to_string(i), i);
    builder.put("k5", Value::array({Value::array()}));
    const std::size_t size_before = builder.size();
    const Value object = builder.build();

    EXPECT_EQ(size_before, 100U);
    EXPECT_EQ(object.size(), 100U);
    EXPECT_EQ(object.as_object()[5].name(), "k5");
    EXPECT_EQ(object["k5"].size(), 1U);
    EXPECT_EQ(object["k99"].as_integer(), 99);
    EXPECT_EQ(object.depth(), 3U);
    EXPECT_EQ(builder.size(), 0U);
    EXPECT_EQ(builder.build(), Value::object());
}

TEST(Value, assigning_a_value_to_itself_keeps_it) {
    Value value = Value::array({"a text that isn't kept inline"});
    const Value& same = value;
    value = same;
    Value& moved = value;
    value = std::move(moved);

    EXPECT_EQ(value[0].as_string(), "a text that isn't kept inline");
}

TEST(Value, is_copied_measured_and_freed_by_several_threads_at_once) {
    auto shared = std::make_unique<Value>(
        Value::object({{"texts", Value::array({"one text of more than 14 bytes", "two"})}}));
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([copy = *shared, &right] {
            for (int round = 0; round < 1000; ++round) {
                const Value texts = copy["texts"];
                if (json_size(copy) == 50 && texts.size() == 2) ++right;
            }
        });
    }
    shared.reset();
    for (std::thread& thread : threads)
        thread.join();

    EXPECT_EQ(right, 4000);
}

TEST(Value, integers_hide_in_decimals_and_reals) {
    std::int64_t number = 0;

    EXPECT_TRUE(Value::number("1e3").to_integer(number));
    EXPECT_EQ(number, 1000);
    EXPECT_TRUE(Value(2.0).to_integer(number));
    EXPECT_EQ(number, 2);
    EXPECT_FALSE(Value(2.5).to_integer(number));
    EXPECT_FALSE(Value::number("1e400").to_integer(number));
}

} // namespace
} // namespace gradus
