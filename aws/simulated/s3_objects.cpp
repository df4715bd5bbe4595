// Objects: put, get whole or in part, copy, delete. Errors and their words: AWS, S3 API reference,
// "Error Responses", and the pages of the operations.
#include "aws/simulated/s3_state.hpp"
#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include "aws/uri_encoding.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

constexpr std::size_t key_bytes_max = 1'024;
constexpr std::size_t deleted_max = 1'000; // in one call

// What an object keeps of the request that put it.
constexpr std::array<std::string_view, 9> attribute_names = {
    "ContentType",     "CacheControl",    "ContentDisposition",
    "ContentEncoding", "ContentLanguage", "Expires",
    "Metadata",        "StorageClass",    "WebsiteRedirectLocation"};
constexpr std::array<std::string_view, 4> checksum_names = {"ChecksumCRC32", "ChecksumCRC32C",
                                                            "ChecksumSHA1", "ChecksumSHA256"};

std::string etag_of(std::string_view bytes) {
    return '"' + to_hex(hash(HashAlgorithm::md5, bytes)) + '"';
}

ServiceError no_such_key() { return fault("NoSuchKey", "The specified key does not exist.", 404); }
ServiceError precondition_failed() {
    return fault("PreconditionFailed",
                 "At least one of the pre-conditions you specified did not hold", 412);
}

Value attributes_of(const Value& params) {
    ObjectBuilder out;
    for (const std::string_view name : attribute_names)
        if (const Value* value = params.find(name)) out.put(name, *value);
    for (const std::string_view name : checksum_names)
        if (const Value* value = params.find(name)) out.put(name, *value);
    return out.build();
}

Result<StoredObject*, ServiceError> find_object(ApiCall& call, Bucket& bucket) {
    const auto found = bucket.objects.find(text(call.params["Key"]));
    // Buckets have no versions here; all there is is called "null".
    if (text(call.params["VersionId"], "null") != "null")
        return fault("NoSuchVersion", "The specified version does not exist.", 404);
    if (found == bucket.objects.end()) return no_such_key();
    return &found->second;
}

bool names_etag(const Value& condition, const std::string& etag) {
    const std::string wanted = text(condition);
    return wanted == "*" || wanted == etag || '"' + wanted + '"' == etag;
}

Outcome put_object(ApiCall& call) {
    GRADUS_TRY(Bucket * bucket, find_bucket(call));
    const std::string key = text(call.params["Key"]);
    if (key.size() > key_bytes_max) return fault("KeyTooLongError", "Your key is too long");
    const Value& body = call.params["Body"];
    StoredObject object;
    object.body = body.is_string() ? body : Value("");
    object.etag = etag_of(object.body.as_string());
    object.modified = call.world.now;
    object.attributes = attributes_of(call.params);
    if (const Value* sum = call.params.find("ContentMD5");
        sum != nullptr &&
        text(*sum) != base64_encode(hash(HashAlgorithm::md5, object.body.as_string())))
        return fault("BadDigest", "The Content-MD5 you specified did not match what we received.");
    const auto old = bucket->objects.find(key);
    const bool exists = old != bucket->objects.end();
    if (call.params.find("IfNoneMatch") != nullptr && exists) return precondition_failed();
    if (const Value* etag = call.params.find("IfMatch")) {
        if (!exists) return no_such_key();
        if (!names_etag(*etag, old->second.etag)) return precondition_failed();
    }
    ObjectBuilder out;
    out.put("ETag", Value(object.etag));
    out.put("ServerSideEncryption", Value("AES256"));
    for (const std::string_view name : checksum_names)
        if (const Value* sum = object.attributes.find(name)) out.put(name, *sum);
    bucket->objects.insert_or_assign(key, std::move(object));
    return out.build();
}

struct Span {
    std::size_t begin = 0;
    std::size_t end = 0; // behind the last byte
};

std::optional<std::size_t> number_of(std::string_view digits) {
    std::size_t out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return out;
}

/// One range of bytes (RFC 9110, section 14.1.2). What can't be read or is several ranges means
/// the whole, like no range at all.
Result<std::optional<Span>, ServiceError> range_of(std::string_view header, std::size_t size) {
    if (!header.starts_with("bytes=")) return std::optional<Span>();
    header.remove_prefix(6);
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return std::optional<Span>();
    const auto first = number_of(header.substr(0, dash));
    const auto last = number_of(header.substr(dash + 1));
    const bool is_open = dash + 1 == header.size();
    if (!first && dash > 0) return std::optional<Span>();
    if (!last && !is_open) return std::optional<Span>();
    if (!first && !last) return std::optional<Span>();
    if (first && last && *last < *first) return std::optional<Span>();
    Span out{0, size};
    if (first)
        out.begin = *first;
    else
        out.begin = size - std::min(*last, size);
    if (first && last && *last < size) out.end = *last + 1;
    if (out.begin >= size)
        return fault("InvalidRange", "The requested range is not satisfiable", 416);
    return std::optional<Span>(out);
}

Result<void, ServiceError> check_conditions(const Value& params, const StoredObject& object) {
    const ServiceError not_modified = fault("NotModified", "Not Modified", 304);
    if (const Value* etag = params.find("IfMatch"); etag && !names_etag(*etag, object.etag))
        return precondition_failed();
    if (const Value* etag = params.find("IfNoneMatch"); etag && names_etag(*etag, object.etag))
        return not_modified;
    // Headers tell seconds.
    const auto is_newer = [&object](const Value& than) {
        const std::optional<Timestamp> at = time_of(than);
        return at && object.modified >= *at + std::chrono::seconds(1);
    };
    if (const Value* at = params.find("IfUnmodifiedSince");
        at && params.find("IfMatch") == nullptr && is_newer(*at))
        return precondition_failed();
    if (const Value* at = params.find("IfModifiedSince");
        at && params.find("IfNoneMatch") == nullptr && !is_newer(*at))
        return not_modified;
    return {};
}

/// All that GetObject and HeadObject say but the bytes.
Value described(const Value& params, const StoredObject& object) {
    ObjectBuilder out;
    out.put("AcceptRanges", Value("bytes"));
    out.put("LastModified", time_value(object.modified));
    out.put("ETag", Value(object.etag));
    out.put("ContentType", Value("binary/octet-stream"));
    out.put("ServerSideEncryption", Value("AES256"));
    for (const std::string_view name : attribute_names)
        if (const Value* value = object.attributes.find(name)) out.put(name, *value);
    // S3 says the class only when it isn't the usual one.
    if (text(object.attributes["StorageClass"]) == "STANDARD") out.put("StorageClass", Value());
    for (const std::string_view name : {"CacheControl", "ContentDisposition", "ContentEncoding",
                                        "ContentLanguage", "ContentType"})
        if (const Value* value = params.find("Response" + std::string(name))) out.put(name, *value);
    return out.build();
}

Value with_checksums(const Value& params, const StoredObject& object, Value out) {
    if (text(params["ChecksumMode"]) != "ENABLED") return out;
    for (const std::string_view name : checksum_names)
        if (const Value* sum = object.attributes.find(name)) out = std::move(out).with(name, *sum);
    return out;
}

enum class Bytes { sent, left_out };

Outcome read_object(ApiCall& call, Bytes bytes) {
    GRADUS_TRY(Bucket * bucket, find_bucket(call));
    GRADUS_TRY(const StoredObject* object, find_object(call, *bucket));
    GRADUS_CHECK(check_conditions(call.params, *object));
    const std::string_view body = object->body.as_string();
    GRADUS_TRY(const std::optional<Span> span, range_of(text(call.params["Range"]), body.size()));
    Value out = described(call.params, *object);
    if (span) {
        const std::string first = std::to_string(span->begin);
        const std::string last = std::to_string(span->end - 1);
        out = std::move(out).with("ContentRange", Value("bytes " + first + '-' + last + '/' +
                                                        std::to_string(body.size())));
    } else {
        out = with_checksums(call.params, *object, std::move(out));
    }
    const std::size_t size = span ? span->end - span->begin : body.size();
    out = std::move(out).with("ContentLength", Value(size));
    if (bytes == Bytes::left_out) return out;
    return std::move(out).with("Body", span ? Value(body.substr(span->begin, size)) : object->body);
}

Outcome get_object(ApiCall& call) { return read_object(call, Bytes::sent); }
Outcome head_object(ApiCall& call) { return read_object(call, Bytes::left_out); }

// What isn't there is deleted, too.
Outcome delete_object(ApiCall& call) {
    GRADUS_TRY(Bucket * bucket, find_bucket(call));
    bucket->objects.erase(text(call.params["Key"]));
    return Value::object();
}

Outcome delete_objects(ApiCall& call) {
    GRADUS_TRY(Bucket * bucket, find_bucket(call));
    const Value& wanted = call.params["Delete"];
    if (wanted["Objects"].size() > deleted_max)
        return fault("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
    Array deleted;
    for (const Value& object : wanted["Objects"].as_array()) {
        bucket->objects.erase(text(object["Key"]));
        deleted.push_back(Value::object({{"Key", object["Key"]}}));
    }
    if (is_set(wanted["Quiet"]) || deleted.empty()) return Value::object();
    return Value::object({{"Deleted", Value(std::move(deleted))}});
}

/// "BUCKET/KEY" with or without a '/' before it, percent-encoded.
Result<StoredObject, ServiceError> copy_source(ApiCall& call) {
    std::string source = aws::percent_decode(text(call.params["CopySource"]));
    if (source.starts_with('/')) source.erase(0, 1);
    const std::size_t slash = source.find('/');
    if (slash == std::string::npos || slash + 1 == source.size())
        return fault("InvalidArgument",
                     "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    const Value params = Value::object(
        {{"Bucket", Value(source.substr(0, slash))}, {"Key", Value(source.substr(slash + 1))}});
    ApiCall inner{call.world, call.region, params, call.access_key_id};
    GRADUS_TRY(Bucket * bucket, find_bucket(inner));
    GRADUS_TRY(const StoredObject* object, find_object(inner, *bucket));
    return *object;
}

Outcome copy_object(ApiCall& call) {
    GRADUS_TRY(Bucket * bucket, find_bucket(call));
    GRADUS_TRY(StoredObject object, copy_source(call));
    if (const Value* etag = call.params.find("CopySourceIfMatch");
        etag && !names_etag(*etag, object.etag))
        return precondition_failed();
    if (text(call.params["MetadataDirective"]) == "REPLACE")
        object.attributes = attributes_of(call.params);
    object.modified = call.world.now;
    const Value result = Value::object(
        {{"ETag", Value(object.etag)}, {"LastModified", time_value(object.modified)}});
    bucket->objects.insert_or_assign(text(call.params["Key"]), std::move(object));
    return Value::object({{"CopyObjectResult", result}, {"ServerSideEncryption", Value("AES256")}});
}

constexpr OperationRow rows[] = {
    {"PutObject", put_object},       {"GetObject", get_object},         {"HeadObject", head_object},
    {"DeleteObject", delete_object}, {"DeleteObjects", delete_objects}, {"CopyObject", copy_object},
};

} // namespace

std::span<const OperationRow> s3_object_operations() { return rows; }

} // namespace gradus::simulated
