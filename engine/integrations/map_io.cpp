#include "engine/integrations/map_io.hpp"

#include "states/item_pages.hpp"

namespace gradus {
namespace {

/// Bytes asked for at first; doubled while they don't hold one whole item. Ours.
constexpr std::uint64_t chunk_bytes = 1 << 20;
/// No item may be larger. Ours; a child's input may have 256 KiB.
constexpr std::uint64_t chunk_bytes_max = 1 << 28;

Value listed(const ObjectEntry& object) {
    return Value::object({{"Etag", object.etag},
                          {"LastModified", object.last_modified_seconds},
                          {"Key", object.key},
                          {"Size", object.size},
                          {"StorageClass", object.storage_class}});
}

} // namespace

struct MapIo::Reading {
    ExecutionKey execution{};
    ReadItems command;
    ObjectStore* store = nullptr;
};

// Where a page begins, ItemPage::next, is {"Offset", …} within an object, with "Packed" when
// offsets count what it unpacks to; for a list that is flattened it is {"List": where the list goes
// on, "Keys": objects still to be read, "In": place in the first of them}.
void MapIo::read(ExecutionKey execution, const ReadItems& command) {
    std::string reason;
    ObjectStore* store = store_of_(command.arguments, reason);
    if (store == nullptr) {
        return answer_(execution, TaskFailed{command.command, {std::nullopt, reason}});
    }
    const Reading reading{execution, command, store};
    if (command.source->format != ItemFormat::object_list)
        return read_chunk(reading, command.arguments, chunk_bytes);
    if (command.source->flattened && command.from["Keys"].size() > 0)
        return read_objects(reading, command.from);
    list(reading);
}

void MapIo::list(const Reading& reading) {
    const bool is_flattened = reading.command.source->flattened.has_value();
    const Value from = is_flattened ? reading.command.from["List"] : reading.command.from;
    reading.store->list(
        reading.command.arguments, from,
        [this, reading, is_flattened](std::variant<ObjectListing, ObjectStore::Error> result) {
            if (const auto* error = std::get_if<ObjectStore::Error>(&result)) {
                return answer_(reading.execution,
                               TaskFailed{reading.command.command, {std::nullopt, error->message}});
            }
            const auto& listing = std::get<ObjectListing>(result);
            Array items;
            for (const ObjectEntry& object : listing.objects)
                items.push_back(is_flattened ? Value(object.key) : listed(object));
            if (is_flattened && !items.empty()) {
                return read_objects(reading, Value::object({{"List", listing.next},
                                                            {"Keys", Value(std::move(items))},
                                                            {"In", Value()}}));
            }
            ItemPage page{.source = source_name(reading.command.arguments), .next = listing.next};
            if (!is_flattened)
                page.items = Value(std::move(items));
            else if (!listing.next.is_null()) // S3 may list nothing and yet go on
                page.next = Value::object({{"List", listing.next}});
            answer_(reading.execution, ItemsRead{reading.command.command, std::move(page)});
        });
}

/// The next page of the first object of `place`, see read().
void MapIo::read_objects(const Reading& reading, const Value& place) {
    Reading object = reading;
    object.command.from = place;
    read_chunk(object, reading.command.arguments.with("Key", place["Keys"][std::size_t{0}]),
               chunk_bytes);
}

namespace {

/// Where to go on behind a page of one of the objects of a list.
Value next_place(const Value& place, const Value& next_in_object) {
    if (!next_in_object.is_null()) return place.with("In", next_in_object);
    const auto keys = place["Keys"].as_array().subspan(1);
    if (keys.empty() && place["List"].is_null()) return {};
    return place.with("In", Value()).with("Keys", Value::array(keys));
}

} // namespace

void MapIo::read_chunk(const Reading& reading, const Value& arguments, std::uint64_t length) {
    const ItemSource& source = *reading.command.source;
    const bool is_flattened = source.flattened.has_value();
    const Value from = is_flattened ? reading.command.from["In"] : reading.command.from;
    reader_.read(
        *reading.store, static_cast<std::uint64_t>(reading.execution), arguments,
        {offset_of(from), length, from["Packed"] == Value(true)},
        [=, this](std::variant<ObjectReader::Piece, ObjectStore::Error> result) {
            const auto fail = [&](std::string cause) {
                answer_(reading.execution,
                        TaskFailed{reading.command.command, {std::nullopt, std::move(cause)}});
            };
            if (const auto* error = std::get_if<ObjectStore::Error>(&result))
                return fail(error->message);
            const auto& piece = std::get<ObjectReader::Piece>(result);
            auto page = read_page(*reading.command.source,
                                  is_flattened ? *reading.command.source->flattened
                                               : reading.command.source->format,
                                  from, {piece.bytes, piece.is_last});
            if (!page) return fail(page.error().cause.value_or(""));
            if (!*page) {
                if (length >= chunk_bytes_max) return fail("An item is larger than 256 MiB");
                return read_chunk(reading, arguments, length * 2);
            }
            ItemPage found = std::move(**page);
            found.source = source_name(arguments);
            if (piece.is_packed && !found.next.is_null())
                found.next = found.next.with("Packed", true);
            if (is_flattened) found.next = next_place(reading.command.from, found.next);
            answer_(reading.execution, ItemsRead{reading.command.command, std::move(found)});
        });
}

void MapIo::write(ExecutionKey execution, const WriteObjects& command) const {
    write_file(execution, command, 0);
}

/// One file after the other, the manifest last: who sees it finds the others.
void MapIo::write_file(ExecutionKey execution, const WriteObjects& command,
                       std::size_t number) const {
    if (number == command.files.size()) return answer_(execution, ObjectsWritten{command.command});
    std::string reason;
    ObjectStore* store = store_of_(command.arguments, reason);
    const auto fail = [this, execution, id = command.command](std::string cause) {
        answer_(execution, TaskFailed{id, {std::nullopt, std::move(cause)}});
    };
    if (store == nullptr) return fail(reason);
    const ObjectFile& file = command.files[number];
    store->write(command.arguments, file.key, file.content,
                 [this, execution, command, number,
                  fail](std::variant<std::monostate, ObjectStore::Error> result) {
                     if (const auto* error = std::get_if<ObjectStore::Error>(&result))
                         return fail(error->message);
                     write_file(execution, command, number + 1);
                 });
}

} // namespace gradus
