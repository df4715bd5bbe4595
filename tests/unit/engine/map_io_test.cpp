#include "engine/integrations/map_io.hpp"

#include "gradus/json.hpp"
#include "tests/support/gzip.hpp"

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
    MapIo io([&](const Value&, std::string&) { return &store; },
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

class PackedLines final : public ObjectStore {
public:
    void read(const Value&, std::uint64_t offset, std::uint64_t length,
              Completion<ObjectChunk> done) override {
        done(ObjectChunk{.bytes = content.substr(offset, length),
                         .is_last = offset + length >= content.size()});
    }
    void list(const Value&, const Value&, Completion<ObjectListing>) override {}
    void write(const Value&, const std::string&, const std::string&,
               Completion<std::monostate>) override {}

    std::string content;
};

TEST(MapIo, reads_a_packed_file_page_by_page) {
    std::string lines;
    for (int i = 0; i < 200'000; ++i)
        lines += "[" + std::to_string(100'000 + i) + "]\n"; // 9 bytes
    PackedLines store;
    store.content = gzip(lines);
    std::vector<Event> answers;
    MapIo io([&](const Value&, std::string&) { return &store; },
             [&](ExecutionKey, Event event) { answers.push_back(std::move(event)); });
    ReadItems command{
        .source = std::make_shared<const ItemSource>(ItemSource{.format = ItemFormat::jsonl}),
        .arguments = Value::object({{"Bucket", "b"}, {"Key", "k"}})};

    io.read({}, command);
    const ItemPage first = std::get<ItemsRead>(answers.at(0)).page;
    EXPECT_EQ(first.items.size(), (1U << 20) / 9);
    EXPECT_EQ(to_json(first.next), R"({"Offset":1048572,"Packed":true})");
    // As after a restart: another MapIo, which never saw the beginning.
    MapIo other([&](const Value&, std::string&) { return &store; },
                [&](ExecutionKey, Event event) { answers.push_back(std::move(event)); });
    command.from = first.next;
    other.read({}, command);

    const ItemPage second = std::get<ItemsRead>(answers.at(1)).page;
    EXPECT_EQ(first.items.size() + second.items.size(), 200'000U);
    EXPECT_EQ(to_json(second.items[0]), "[216508]");
    EXPECT_TRUE(second.next.is_null());
}

} // namespace
} // namespace gradus
