#include "engine/integrations/object_reader.hpp"

#include "gradus/json.hpp"
#include "tests/support/gzip.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace gradus {
namespace {

std::string from_hex(std::string_view digits) {
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
    return out;
}

/// What `gzip -n9` and `zstd -19` make of two lines, and of a third.
const std::string two_lines = "{\"n\":1}\n{\"n\":22}\n";
const std::string third_line = "{\"n\":333}\n";
const std::string gzip_two =
    from_hex("1f8b0800000000000203ab56ca53b232ace5aa06d14646b55c00860e672f11000000");
const std::string gzip_third =
    from_hex("1f8b0800000000000203ab56ca53b2323636aee50200be22f0210a000000");
const std::string zstd_two =
    from_hex("28b52ffd04688900007b226e223a317d0a7b226e223a32327d0a4d6731ef");
const std::string zstd_third = from_hex("28b52ffd04585100007b226e223a3333337d0a2dc9fdae");

/// One object. Answers at once or when asked to, and with less than was asked for if told so.
class OneObject final : public ObjectStore {
public:
    explicit OneObject(std::string bytes) : content(std::move(bytes)) {}

    void read(const Value&, std::uint64_t offset, std::uint64_t length,
              Completion<ObjectChunk> done) override {
        ++reads;
        const std::string bytes = content.substr(offset, std::min(length, piece_max));
        const bool is_last = offset + bytes.size() == content.size();
        if (!answers_later) return done(ObjectChunk{bytes, is_last});
        waiting = [bytes, is_last, done] { done(ObjectChunk{bytes, is_last}); };
    }
    void list(const Value&, const Value&, Completion<ObjectListing>) override {}
    void write(const Value&, const std::string&, const std::string&,
               Completion<std::monostate>) override {}

    std::string content;
    std::uint64_t piece_max = 1 << 20;
    bool answers_later = false;
    int reads = 0;
    std::function<void()> waiting;
};

class Reading {
public:
    explicit Reading(std::string content) : store(std::move(content)) {}

    /// The piece, or the error's text.
    std::variant<ObjectReader::Piece, std::string> read(std::uint64_t offset, std::uint64_t length,
                                                        bool is_packed = true) {
        std::optional<std::variant<ObjectReader::Piece, ObjectStore::Error>> got;
        reader.read(store, 1, object, {offset, length, is_packed},
                    [&](auto answer) { got = std::move(answer); });
        while (!got && store.waiting)
            std::exchange(store.waiting, nullptr)();
        if (!got) return "no answer";
        if (const auto* error = std::get_if<ObjectStore::Error>(&*got)) return error->message;
        return std::get<ObjectReader::Piece>(*got);
    }
    std::string bytes(std::uint64_t offset, std::uint64_t length) {
        const auto piece = read(offset, length);
        if (const auto* error = std::get_if<std::string>(&piece)) return *error;
        return std::get<ObjectReader::Piece>(piece).bytes;
    }
    /// All of it in pieces of so many bytes.
    std::string all(std::uint64_t length) {
        std::string out;
        while (true) {
            const auto piece = read(out.size(), length);
            if (const auto* error = std::get_if<std::string>(&piece)) return *error;
            out += std::get<ObjectReader::Piece>(piece).bytes;
            if (std::get<ObjectReader::Piece>(piece).is_last) return out;
        }
    }

    OneObject store;
    ObjectReader reader;
    Value object = *parse_json(R"({"Bucket": "b", "Key": "k"})");
};

TEST(ObjectReader, unpacks_what_gzip_and_zstd_made) {
    EXPECT_EQ(Reading(gzip_two).all(100), two_lines);
    EXPECT_EQ(Reading(zstd_two).all(100), two_lines);
    EXPECT_EQ(Reading(two_lines).all(100), two_lines);
}

TEST(ObjectReader, takes_members_and_frames_one_behind_the_other_as_one_file) {
    EXPECT_EQ(Reading(gzip_two + gzip_third).all(100), two_lines + third_line);
    EXPECT_EQ(Reading(zstd_two + zstd_third).all(100), two_lines + third_line);
}

TEST(ObjectReader, gives_the_same_bytes_however_they_are_cut) {
    for (const std::string& packed : {gzip_two + gzip_third, zstd_two + zstd_third}) {
        for (std::uint64_t length = 4; length <= 30; ++length) {
            for (const std::uint64_t piece : {4, 5, 7, 100}) {
                Reading reading(packed);
                reading.store.piece_max = piece;
                reading.store.answers_later = piece != 7;
                ASSERT_EQ(reading.all(length), two_lines + third_line) << length << ' ' << piece;
            }
        }
    }
}

TEST(ObjectReader, goes_on_where_it_was_without_reading_again) {
    Reading reading(gzip(std::string(3'000'000, 'x')));
    EXPECT_EQ(reading.bytes(0, 1000).size(), 1000U);
    EXPECT_EQ(reading.bytes(1000, 1'000'000).size(), 1'000'000U);
    EXPECT_EQ(reading.bytes(2'999'990, 1000).size(), 10U);
    EXPECT_EQ(reading.store.reads, 2); // 1000 packed bytes, then the others
}

TEST(ObjectReader, finds_a_place_of_a_packed_object_that_it_never_read) {
    Reading reading(gzip(std::string(2'000'000, 'x') + "end"));
    EXPECT_EQ(reading.bytes(1'999'998, 100), "xxend");
    // And one before the last.
    EXPECT_EQ(reading.bytes(1'999'999, 100), "xend");
}

TEST(ObjectReader, says_what_is_wrong_with_a_packed_object) {
    EXPECT_EQ(Reading(gzip_two.substr(0, gzip_two.size() - 3)).all(100),
              "The packed object ends before its data do");
    std::string damaged = gzip_two;
    damaged[20] = static_cast<char>(damaged[20] ^ 0x55);
    EXPECT_TRUE(Reading(damaged).all(100).starts_with("The packed object is damaged: "));
    EXPECT_TRUE(
        Reading(zstd_two + "rubbish").all(100).starts_with("The packed object is damaged: "));
    Reading changed(gzip_two);
    changed.store.content = two_lines;
    EXPECT_EQ(changed.bytes(3, 100), "The object isn't packed any more");
}

} // namespace
} // namespace gradus
