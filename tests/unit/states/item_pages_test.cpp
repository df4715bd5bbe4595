#include "states/item_pages.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// All items of a text that arrives in pieces of `bytes`, as one JSON array; or the failure's
/// cause.
std::string items(const ItemSource& source, std::string_view text, std::size_t bytes = 1000) {
    Array all;
    Array keys;
    Value from;
    std::size_t length = bytes;
    for (int pages = 0; pages < 1000; ++pages) {
        const std::string_view rest = text.substr(offset_of(from));
        const bool is_last = rest.size() <= length;
        auto page = read_page(source, source.format, from, {rest.substr(0, length), is_last});
        if (!page) return page.error().error.value_or("") + ": " + page.error().cause.value_or("");
        if (!*page) {
            if (is_last) return "asks for more than there is";
            length *= 2;
            continue;
        }
        for (const Value& item : (*page)->items.as_array())
            all.push_back(item);
        if ((*page)->keys.is_array()) {
            for (const Value& key : (*page)->keys.as_array())
                keys.push_back(key);
        }
        from = (*page)->next;
        if (from.is_null())
            return (keys.empty() ? "" : to_json(Value(std::move(keys))) + " ") +
                   to_json(Value(std::move(all)));
    }
    return "never ends";
}

ItemSource json_source(std::string pointer = "") {
    ItemSource source;
    source.format = ItemFormat::json;
    source.items_pointer = std::move(pointer);
    return source;
}
ItemSource csv_source(std::vector<std::string> headers = {}) {
    ItemSource source;
    source.format = ItemFormat::csv;
    source.has_header_row = headers.empty();
    source.headers = std::move(headers);
    return source;
}

TEST(ItemPages, json_arrays_come_out_the_same_however_they_are_cut) {
    const std::string text = R"( [ {"a":"]},"}, [1,[2]], "x\"]", 12, null , true,{} ] )";

    for (std::size_t bytes = 1; bytes < text.size() + 2; ++bytes) {
        EXPECT_EQ(items(json_source(), text, bytes),
                  R"([{"a":"]},"},[1,[2]],"x\"]",12,null,true,{}])")
            << "in pieces of " << bytes;
    }
    EXPECT_EQ(items(json_source(), "[]"), "[]");
}

TEST(ItemPages, a_byte_order_mark_is_passed_over_also_when_it_is_cut) {
    for (std::size_t bytes = 1; bytes < 8; ++bytes)
        EXPECT_EQ(items(json_source(), "\xef\xbb\xbf[1]", bytes), "[1]") << bytes;
}

TEST(ItemPages, items_pointer_leads_to_an_inner_array_or_object) {
    const std::string text = R"({"skip": ["]", {"list": 0}], "a/b": {"list": [[7], [8, 9]]}})";

    EXPECT_EQ(items(json_source("/a~1b/list"), text, 3), "[[7],[8,9]]");
    EXPECT_EQ(items(json_source("/a~1b/list/1"), text, 3), "[8,9]");
    EXPECT_EQ(items(json_source("/a~1b"), text, 5), R"(["list"] [[[7],[8,9]]])");
    EXPECT_EQ(items(json_source("/none"), text, 5),
              "States.ItemReaderFailed: ItemsPointer '/none' names nothing in the object");
}

TEST(ItemPages, a_document_that_is_no_array_cannot_be_gone_over) {
    // Recorded words.
    constexpr const char* refused =
        "States.ItemReaderFailed: Attempting to map over non-iterable node.";
    EXPECT_EQ(items(json_source(), R"({"a": 1})"), refused);
    EXPECT_EQ(items(json_source(), "12"), refused);
    EXPECT_EQ(items(json_source("/a"), R"({"a": 1})"), refused);
}

TEST(ItemPages, broken_json_fails_and_says_where) {
    EXPECT_EQ(items(json_source(), R"([1, 2)"),
              "States.ItemReaderFailed: The JSON document is not valid near byte 2");
    EXPECT_EQ(items(json_source(), R"([1, tru, 2])"),
              "States.ItemReaderFailed: The JSON document is not valid near byte 2");
    EXPECT_EQ(items(json_source(), ""),
              "States.ItemReaderFailed: The JSON document ends too early");
}

TEST(ItemPages, json_lines_are_one_item_each) {
    ItemSource source;
    source.format = ItemFormat::jsonl;
    const std::string text = "{\"a\":1}\n\n[2]\r\n\"three\"";

    for (std::size_t bytes = 1; bytes < text.size() + 2; ++bytes)
        EXPECT_EQ(items(source, text, bytes), R"([{"a":1},[2],"three"])") << bytes;
    EXPECT_TRUE(
        items(source, "1\nbroken\n")
            .starts_with("States.ItemReaderFailed: The line at byte 2 is not valid JSON: "));
}

TEST(ItemPages, csv_rows_are_objects_of_strings_by_their_headers) {
    // The bytes of a recorded case, with AWS's items.
    const std::string text =
        "Col1,Col2,Col3\nValue1,Value2,Value3\n,,,\ntrue,1,'HelloWorld'\nNull,None,\n   \n";

    for (std::size_t bytes = 1; bytes < text.size() + 2; ++bytes) {
        EXPECT_EQ(items(csv_source(), text, bytes),
                  R"([{"Col1":"Value1","Col2":"Value2","Col3":"Value3"},)"
                  R"({"Col1":"","Col2":"","Col3":""},)"
                  R"({"Col1":"true","Col2":"1","Col3":"'HelloWorld'"},)"
                  R"({"Col1":"Null","Col2":"None","Col3":""},)"
                  R"({"Col1":"   ","Col2":"","Col3":""}])")
            << bytes;
    }
    EXPECT_EQ(items(csv_source({"H1"}), "a,b\nc\n"), R"([{"H1":"a"},{"H1":"c"}])");
}

TEST(ItemPages, csv_cells_may_be_quoted_and_delimited_otherwise) {
    ItemSource source = csv_source();
    source.delimiter = ';';
    const std::string text = "n;t\n1;\"a;b\n\"\"c\"\"\"\r\n2;\"\"\r\n";

    for (std::size_t bytes = 1; bytes < text.size() + 2; ++bytes)
        EXPECT_EQ(items(source, text, bytes), R"([{"n":"1","t":"a;b\n\"c\""},{"n":"2","t":""}])");
}

TEST(ItemPages, csv_headers_must_differ) {
    EXPECT_EQ(items(csv_source(), "a,b,a\n1,2,3\n"),
              "States.ItemReaderFailed: CSV headers cannot contain duplicates.");
    EXPECT_EQ(items(csv_source(), "a,\n1,2\n"), R"([{"a":"1","":"2"}])");
}

TEST(ItemPages, csv_headers_hold_ten_kibibytes_at_most) {
    const std::string longest = std::string(10'239, 'h') + '\n';
    const std::string refused = "States.ItemReaderFailed: The CSV header is longer than 10 KiB";

    for (const std::size_t bytes : {std::size_t{100}, std::size_t{20'000}}) {
        EXPECT_EQ(items(csv_source(), longest + "1\n", bytes),
                  R"([{")" + std::string(10'239, 'h') + R"(":"1"}])");
        EXPECT_EQ(items(csv_source(), "h" + longest + "1\n", bytes), refused);
    }
}

} // namespace
} // namespace gradus
