#pragma once
// Buckets of S3 as an ObjectStore: what a distributed Map reads and writes, by calls of GetObject,
// ListObjectsV2 and PutObject through whatever client the engine has.

#include "engine/integrations/object_store.hpp"
#include "gradus/aws/client.hpp"

#include <set>

namespace gradus {

class S3ObjectStore final : public ObjectStore {
public:
    /// `client` must outlive the store, which gives up its open calls when it goes.
    explicit S3ObjectStore(aws::Client& client) : client_(client) {}
    ~S3ObjectStore() override;
    S3ObjectStore(const S3ObjectStore&) = delete;
    S3ObjectStore& operator=(const S3ObjectStore&) = delete;

    void read(const Value& arguments, std::uint64_t offset, std::uint64_t length,
              Completion<ObjectChunk> done) override;
    /// A page of at most 1,000 objects; a place in the list is S3's continuation token.
    void list(const Value& arguments, const Value& from, Completion<ObjectListing> done) override;
    void write(const Value& arguments, const std::string& key, const std::string& content,
               Completion<std::monostate> done) override;

private:
    void call(std::string operation, Value input, aws::CallCompletion done);

    aws::Client& client_;
    std::set<aws::CallId> open_;
};

} // namespace gradus
