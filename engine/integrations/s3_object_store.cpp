#include "engine/integrations/s3_object_store.hpp"

#include "engine/integrations/aws_call.hpp"

#include <array>
#include <charconv>
#include <memory>
#include <span>

namespace gradus {
namespace {

// What of a reader's or writer's arguments is of each call. A list that is flattened has arguments
// of both.
constexpr std::array<std::string_view, 5> read_members = {"Bucket", "Key", "VersionId",
                                                          "ExpectedBucketOwner", "RequestPayer"};
constexpr std::array<std::string_view, 4> list_members = {"Bucket", "Prefix", "ExpectedBucketOwner",
                                                          "RequestPayer"};
constexpr std::array<std::string_view, 3> write_members = {"Bucket", "ExpectedBucketOwner",
                                                           "RequestPayer"};

Value only(const Value& arguments, std::span<const std::string_view> names) {
    ObjectBuilder out;
    for (const std::string_view name : names)
        if (const Value* value = arguments.find(name); value != nullptr && !value->is_null())
            out.put(name, *value);
    return out.build();
}

ObjectStore::Error error_of(const aws::CallError& error) {
    // Without an answer there is nothing to add to the client's own words.
    if (error.kind != aws::CallError::Kind::service) return {error.message};
    return {sdk_cause("S3", error)};
}

/// The object's size in "bytes 0-99/1234"; nothing when it isn't told.
std::optional<std::uint64_t> size_of(const Value& content_range) {
    if (!content_range.is_string()) return std::nullopt;
    const std::string_view text = content_range.as_string();
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view digits = text.substr(slash + 1);
    std::uint64_t size = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return size;
}

ObjectEntry entry_of(const Value& object) {
    const auto text = [&object](std::string_view name) {
        const Value& value = object[name];
        return value.is_string() ? std::string(value.as_string()) : std::string();
    };
    ObjectEntry out;
    out.key = text("Key");
    out.etag = text("ETag");
    if (const Value& modified = object["LastModified"]; modified.is_number())
        out.last_modified_seconds = static_cast<std::int64_t>(modified.as_double());
    std::int64_t size = 0;
    if (object["Size"].to_integer(size) && size > 0) out.size = static_cast<std::uint64_t>(size);
    if (const std::string storage = text("StorageClass"); !storage.empty())
        out.storage_class = storage;
    return out;
}

} // namespace

S3ObjectStore::~S3ObjectStore() {
    for (const aws::CallId id : open_)
        client_.cancel(id);
}

void S3ObjectStore::call(std::string operation, Value input, aws::CallCompletion done) {
    const auto id = std::make_shared<aws::CallId>(0);
    *id = client_.call({"s3", std::move(operation), std::move(input), ""},
                       [this, id, done = std::move(done)](aws::CallResult result) {
                           open_.erase(*id);
                           done(std::move(result));
                       });
    open_.insert(*id);
}

void S3ObjectStore::read(const Value& arguments, std::uint64_t offset, std::uint64_t length,
                         Completion<ObjectChunk> done) {
    const std::string range =
        "bytes=" + std::to_string(offset) + '-' + std::to_string(offset + length - 1);
    call("GetObject", only(arguments, read_members).with("Range", Value(range)),
         [offset, done = std::move(done)](const aws::CallResult& result) {
             // An empty object has no range at all (RFC 9110, section 14.1.2).
             if (!result && result.error().code == "InvalidRange") return done(ObjectChunk{});
             if (!result) return done(error_of(result.error()));
             ObjectChunk chunk;
             const Value& body = result->output["Body"];
             if (body.is_string()) chunk.bytes = body.as_string();
             const auto size = size_of(result->output["ContentRange"]);
             // Whoever doesn't know ranges answers with the whole.
             if (!size && offset > 0)
                 return done(Error{"The object can't be read in pieces: S3 answered without "
                                   "Content-Range"});
             chunk.is_last = !size || offset + chunk.bytes.size() >= *size;
             done(std::move(chunk));
         });
}

void S3ObjectStore::list(const Value& arguments, const Value& from,
                         Completion<ObjectListing> done) {
    Value input = only(arguments, list_members);
    if (!from.is_null()) input = std::move(input).with("ContinuationToken", from);
    call("ListObjectsV2", std::move(input),
         [done = std::move(done)](const aws::CallResult& result) {
             if (!result) return done(error_of(result.error()));
             ObjectListing listing;
             if (const Value& contents = result->output["Contents"]; contents.is_array())
                 for (const Value& object : contents.as_array())
                     listing.objects.push_back(entry_of(object));
             if (result->output["IsTruncated"] == Value(true))
                 listing.next = result->output["NextContinuationToken"];
             done(std::move(listing));
         });
}

void S3ObjectStore::write(const Value& arguments, const std::string& key,
                          const std::string& content, Completion<std::monostate> done) {
    Value input = only(arguments, write_members)
                      .with("Key", Value(key))
                      .with("Body", Value(content))
                      .with("ContentType", Value("application/json"));
    call("PutObject", std::move(input), [done = std::move(done)](const aws::CallResult& result) {
        if (!result) return done(error_of(result.error()));
        done(std::monostate());
    });
}

} // namespace gradus
