#pragma once
// Objects in buckets, as the readers and writers of a distributed Map see them. A bucket is one of
// S3 (s3_object_store.hpp), or a folder of this machine: "file://FOLDER" as the Bucket, or a bucket
// that was bound to a folder.

#include "gradus/failure.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace gradus {

struct ObjectChunk {
    std::string bytes;
    bool is_last = true; // they reach the object's end
};
struct ObjectEntry { // as ListObjectsV2 has it
    std::string key;
    std::string etag;
    std::int64_t last_modified_seconds = 0;
    std::uint64_t size = 0;
    std::string storage_class = "STANDARD";
};
struct ObjectListing {
    std::vector<ObjectEntry> objects;
    Value next; // where the list goes on; null: nowhere
};

/// All calls answer once, at once or later, with what was asked for or a message of what went
/// wrong.
class ObjectStore {
public:
    struct Error {
        std::string message;
    };
    template <typename T>
    using Completion = std::function<void(std::variant<T, Error>)>;

    virtual ~ObjectStore() = default;
    /// `arguments` are those of GetObject: Bucket, Key, VersionId, ExpectedBucketOwner.
    virtual void read(const Value& arguments, std::uint64_t offset, std::uint64_t length,
                      Completion<ObjectChunk> done) = 0;
    /// `arguments` are those of ListObjectsV2: Bucket, Prefix.
    virtual void list(const Value& arguments, const Value& from,
                      Completion<ObjectListing> done) = 0;
    virtual void write(const Value& arguments, const std::string& key, const std::string& content,
                       Completion<std::monostate> done) = 0;
};

/// Folders of this machine. Reads and writes on the caller's thread: meant for the command line.
class FolderStore final : public ObjectStore {
public:
    /// Later calls that name the bucket go to the folder.
    void bind(std::string bucket, std::string folder) {
        folders_.insert_or_assign(std::move(bucket), std::move(folder));
    }
    /// Whether the bucket of these arguments is a folder.
    bool handles(const Value& arguments) const;

    void read(const Value& arguments, std::uint64_t offset, std::uint64_t length,
              Completion<ObjectChunk> done) override;
    void list(const Value& arguments, const Value& from, Completion<ObjectListing> done) override;
    void write(const Value& arguments, const std::string& key, const std::string& content,
               Completion<std::monostate> done) override;

private:
    std::string folder_of(const Value& arguments) const;

    std::map<std::string, std::string, std::less<>> folders_;
};

} // namespace gradus
