#pragma once
// Reads pieces of objects, and of what packed objects hold. AWS, "ItemReader (Map)": CSV, JSON and
// JSONL files may be packed with GZIP or ZSTD. How a file is packed is told by its first bytes.

#include "engine/integrations/object_store.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace gradus {

class ObjectReader {
public:
    struct Piece {
        std::string bytes;
        bool is_last = true;    // they reach the end
        bool is_packed = false; // offsets count unpacked bytes
    };
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t length = 0; // 4 at least, so that the first bytes tell
        // What the first piece said. Looked at when the offset isn't 0, where first bytes don't
        // tell.
        bool is_packed = false;
    };
    using Completion = ObjectStore::Completion<Piece>;

    /// Answers once, at once or later. `reader` tells apart who reads the same object at the same
    /// time. Going on where the last piece began or behind it is cheap; another place in a packed
    /// object is found by unpacking from its beginning. `store` must live until the answer.
    void read(ObjectStore& store, std::uint64_t reader, const Value& arguments, Place place,
              Completion done);

private:
    struct Unpacking;
    struct Job;

    std::shared_ptr<Unpacking> unpacking_of(const std::string& key, std::uint64_t offset);
    void forget(const std::string& key);
    void unpack(const std::shared_ptr<Job>& job);

    // Those read last in front. As many as are kept; one more, and the oldest has to begin again.
    static constexpr std::size_t kept_max = 64;
    std::list<std::shared_ptr<Unpacking>> unpackings_;
};

} // namespace gradus
