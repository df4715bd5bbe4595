// Any bytes as the object of an ItemReader: the items don't depend on how the bytes are cut.
#include "gradus/assert.hpp"
#include "gradus/json.hpp"
#include "states/item_pages.hpp"

namespace {

using namespace gradus;

/// All items, or nothing when the object can't be read.
std::optional<Array> items_of(const ItemSource& source, std::string_view text, std::size_t bytes) {
    Array items;
    Value from;
    std::size_t length = bytes;
    for (std::size_t calls = 0;; ++calls) {
        GRADUS_ASSERT(calls < 3 * text.size() + 100);
        GRADUS_ASSERT(offset_of(from) <= text.size());
        const std::string_view rest = text.substr(offset_of(from));
        const bool is_last = rest.size() <= length;
        auto page = read_page(source, source.format, from, {rest.substr(0, length), is_last});
        if (!page) return std::nullopt;
        if (!*page) {
            GRADUS_ASSERT(!is_last);
            length *= 2;
            continue;
        }
        for (const Value& item : (*page)->items.as_array())
            items.push_back(item);
        if ((*page)->next.is_null()) return items;
        from = (*page)->next;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 2) return 0;
    ItemSource source;
    constexpr ItemFormat formats[] = {ItemFormat::json, ItemFormat::jsonl, ItemFormat::csv};
    source.format = formats[data[0] % 3];
    source.has_header_row = (data[0] & 4U) != 0;
    if (!source.has_header_row) source.headers = {"a", "b"};
    if (source.format == ItemFormat::json && (data[0] & 8U) != 0) source.items_pointer = "/a";
    const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
    const auto whole = items_of(source, text, text.size() + 1);
    const auto pieces = items_of(source, text, data[1] % 16 + 1U);
    GRADUS_ASSERT(whole.has_value() == pieces.has_value());
    if (whole) GRADUS_ASSERT(Value(Array(*whole)) == Value(Array(*pieces)));
    return 0;
}
