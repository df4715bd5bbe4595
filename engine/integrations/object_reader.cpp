#include "engine/integrations/object_reader.hpp"

#include "engine/integrations/decompressor.hpp"
#include "gradus/json.hpp"

#include <algorithm>
#include <optional>

namespace gradus {
namespace {

/// Packed bytes asked for at once. Ours.
constexpr std::uint64_t packed_bytes = 1 << 20;

} // namespace

/// A packed object as far as it has been read.
struct ObjectReader::Unpacking {
    std::string key;
    std::optional<Decompressor> decompressor; // none before the first bytes are there
    std::string packed;                       // read and not yet unpacked
    std::uint64_t packed_offset = 0;          // how much was read
    bool is_read = false;                     // to its end
    std::string bytes;                        // unpacked and still wanted
    std::uint64_t offset = 0;                 // of their first

    void drop_before(std::uint64_t wanted) {
        const auto count = std::min<std::uint64_t>(bytes.size(), wanted - offset);
        bytes.erase(0, count);
        offset += count;
    }
    bool is_used_up() const { return is_read && packed.empty(); }

    /// Unpacks what is there until `bytes` are as many as wanted.
    Result<void> unpack(std::uint64_t from, std::uint64_t length) {
        std::string_view left = packed;
        while (true) {
            drop_before(from);
            if (offset == from && bytes.size() >= length) break;
            const std::size_t before = bytes.size();
            const std::size_t left_before = left.size();
            // Bytes before the place are dropped piece by piece.
            const std::uint64_t room = offset < from ? packed_bytes : length - bytes.size();
            GRADUS_CHECK(decompressor->unpack(left, room, bytes));
            if (bytes.size() == before && left.size() == left_before) break;
        }
        packed.erase(0, packed.size() - left.size());
        return {};
    }
};

struct ObjectReader::Job {
    ObjectStore* store = nullptr;
    Value arguments;
    Place place;
    Completion done;
    std::shared_ptr<Unpacking> unpacking;
};

std::shared_ptr<ObjectReader::Unpacking> ObjectReader::unpacking_of(const std::string& key,
                                                                    std::uint64_t offset) {
    const auto found = std::ranges::find(unpackings_, key, &Unpacking::key);
    if (found != unpackings_.end() && (*found)->offset <= offset) {
        unpackings_.splice(unpackings_.begin(), unpackings_, found);
        return unpackings_.front();
    }
    if (found != unpackings_.end()) unpackings_.erase(found);
    unpackings_.push_front(std::make_shared<Unpacking>(Unpacking{.key = key}));
    if (unpackings_.size() > kept_max) unpackings_.pop_back();
    return unpackings_.front();
}

void ObjectReader::forget(const std::string& key) {
    std::erase_if(unpackings_, [&](const auto& unpacking) { return unpacking->key == key; });
}

void ObjectReader::read(ObjectStore& store, std::uint64_t reader, const Value& arguments,
                        Place place, Completion done) {
    const std::string key = std::to_string(reader) + ' ' + to_json(arguments);
    if (place.offset > 0 && place.is_packed) {
        return unpack(std::make_shared<Job>(
            Job{&store, arguments, place, std::move(done), unpacking_of(key, place.offset)}));
    }
    store.read(arguments, place.offset, place.length,
               [this, &store, key, arguments, place,
                done = std::move(done)](std::variant<ObjectChunk, ObjectStore::Error> result) {
                   if (auto* error = std::get_if<ObjectStore::Error>(&result))
                       return done(std::move(*error));
                   auto& chunk = std::get<ObjectChunk>(result);
                   if (place.offset > 0 || !compression_of(chunk.bytes))
                       return done(Piece{std::move(chunk.bytes), chunk.is_last});
                   forget(key); // a reader that begins again
                   auto unpacking = unpacking_of(key, 0);
                   unpacking->decompressor.emplace(*compression_of(chunk.bytes));
                   unpacking->packed_offset = chunk.bytes.size();
                   unpacking->is_read = chunk.is_last;
                   unpacking->packed = std::move(chunk.bytes);
                   unpack(std::make_shared<Job>(
                       Job{&store, arguments, place, done, std::move(unpacking)}));
               });
}

/// A loop whose turns end with a read; folders answer at once, and mustn't deepen the stack.
void ObjectReader::unpack(const std::shared_ptr<Job>& job) {
    Unpacking& unpacking = *job->unpacking;
    const auto fail = [&](const std::string& message) {
        forget(unpacking.key);
        job->done(ObjectStore::Error{message});
    };
    while (true) {
        if (unpacking.decompressor) {
            const auto unpacked = unpacking.unpack(job->place.offset, job->place.length);
            if (!unpacked) return fail("The packed object is damaged: " + unpacked.error().message);
            const bool is_full = unpacking.offset == job->place.offset &&
                                 unpacking.bytes.size() >= job->place.length;
            if (is_full || unpacking.is_read) {
                const bool is_last = unpacking.is_used_up() && !is_full;
                if (is_last && !unpacking.decompressor->is_complete())
                    return fail("The packed object ends before its data do");
                Piece piece{unpacking.bytes.substr(0, job->place.length), is_last, true};
                if (is_last) forget(unpacking.key);
                return job->done(std::move(piece));
            }
        }
        enum class Turn { running, answered_at_once, waiting };
        const auto turn = std::make_shared<Turn>(Turn::running);
        job->store->read(job->arguments, unpacking.packed_offset, packed_bytes,
                         [this, job, turn](std::variant<ObjectChunk, ObjectStore::Error> result) {
                             Unpacking& into = *job->unpacking;
                             if (auto* error = std::get_if<ObjectStore::Error>(&result)) {
                                 forget(into.key);
                                 *turn = Turn::waiting;
                                 return job->done(std::move(*error));
                             }
                             const auto& chunk = std::get<ObjectChunk>(result);
                             into.packed_offset += chunk.bytes.size();
                             into.is_read = chunk.is_last;
                             into.packed += chunk.bytes;
                             if (!into.decompressor) {
                                 const auto compression = compression_of(into.packed);
                                 if (!compression) {
                                     forget(into.key);
                                     *turn = Turn::waiting;
                                     return job->done(
                                         ObjectStore::Error{"The object isn't packed any more"});
                                 }
                                 into.decompressor.emplace(*compression);
                             }
                             if (*turn == Turn::running)
                                 *turn = Turn::answered_at_once;
                             else
                                 unpack(job);
                         });
        if (*turn != Turn::answered_at_once) {
            *turn = Turn::waiting;
            return;
        }
    }
}

} // namespace gradus
