#include "engine/integrations/map_io.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// Lists nothing at first, though there is more: S3 may answer so.
class SlowListing final : public ObjectStore {
public:
    void read(const Value&, std::uint64_t, std::uint64_t, Completion<ObjectChunk> done) override {
        done(ObjectChunk{.bytes = "[1, 2]"});
    }
    void list(const Value&, const Value& from, Completion<ObjectListing> done) override {
        if (from.is_null()) return done(ObjectListing{.objects = {}, .next = "token"});
        EXPECT_EQ(from, Value("token"));
        done(ObjectListing{.objects = {{.key = "k", .etag = ""}}, .next = {}});
    }
    void write(const Value&, const std::string&, const std::string&,
               Completion<std::monostate> done) override {
        done(std::monostate());
    }
};

TEST(MapIo, goes_on_behind_an_empty_part_of_a_list_that_is_flattened) {
    SlowListing store;
    std::vector<Event> answers;
    const MapIo io([&](const Value&, std::string&) { return &store; },
                   [&](ExecutionKey, Event event) { answers.push_back(std::move(event)); });
    ItemSource source{.format = ItemFormat::object_list};
    source.flattened = ItemFormat::json;
    ReadItems command{.source = std::make_shared<const ItemSource>(source),
                      .arguments = Value::object({{"Bucket", "b"}})};

    io.read({}, command);
    command.from = std::get<ItemsRead>(answers.at(0)).page.next;
    ASSERT_FALSE(command.from.is_null());
    io.read({}, command);

    const ItemPage& page = std::get<ItemsRead>(answers.at(1)).page;
    EXPECT_EQ(to_json(page.items), "[1,2]");
    EXPECT_TRUE(page.next.is_null());
}

} // namespace
} // namespace gradus
