#pragma once
// The items of a distributed Map out of the bytes of an object, page by page: JSON, JSON Lines and
// CSV. Pure: whoever reads hands in one range of bytes after the other and never has to keep the
// whole object. AWS, "ItemReader (Map)".

#include "gradus/failure.hpp"
#include "gradus/map_run.hpp"
#include "gradus/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {

/// Bytes of an object that begin where the page before said, and whether they reach its end.
struct ObjectBytes {
    std::string_view bytes;
    bool is_last = true;
};

/// Where to read on, kept in ItemPage::next as {"Offset": bytes, …}. 0 for a null value.
std::uint64_t offset_of(const Value& next);

/// $$.Map.Item.Source of what these arguments name: "S3://bucket/key". AWS, "Map state context
/// object data".
std::string source_name(const Value& arguments);

/// All items that lie in these bytes as a whole. `from` is the `next` of the page before, or null;
/// the bytes begin at its offset. Nothing when they don't hold one whole item and more bytes are
/// needed. A fault is States.ItemReaderFailed.
Result<std::optional<ItemPage>, Failure> read_page(const ItemSource& source, ItemFormat format,
                                                   const Value& from, ObjectBytes object);

} // namespace gradus
