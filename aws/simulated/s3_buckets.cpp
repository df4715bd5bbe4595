// Buckets and lists of their objects. Errors and their words: AWS, S3 API reference, "Error
// Responses", and the pages of the operations.
#include "aws/simulated/s3_state.hpp"
#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include "aws/uri_encoding.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

constexpr std::int64_t keys_max = 1'000; // in one answer, whatever is asked for
constexpr std::string_view home_region = "us-east-1";

// Amazon S3 User Guide, "General purpose bucket naming rules", but for prefixes kept by AWS.
bool is_bucket_name(std::string_view name) {
    if (name.size() < 3 || name.size() > 63) return false;
    if (name.find("..") != std::string_view::npos) return false;
    const auto is_inner = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    const auto is_outer = [&](char c) { return is_inner(c) && c != '-' && c != '.'; };
    return is_outer(name.front()) && is_outer(name.back()) && std::ranges::all_of(name, is_inner);
}

Outcome create_bucket(ApiCall& call) {
    const std::string name = text(call.params["Bucket"]);
    const std::string wanted =
        text(call.params["CreateBucketConfiguration"]["LocationConstraint"], home_region);
    if (!is_bucket_name(name))
        return fault("InvalidBucketName", "The specified bucket is not valid.");
    if (wanted != call.region.name)
        return fault("IllegalLocationConstraintException",
                     "The " + (wanted == home_region ? "unspecified" : wanted) +
                         " location constraint is incompatible for the region specific endpoint "
                         "this request was sent to.");
    const auto [bucket, is_new] = call.world.buckets.try_emplace(name);
    // The oldest region forgives it.
    if (!is_new && call.region.name != home_region)
        return fault("BucketAlreadyOwnedByYou",
                     "Your previous request to create the named bucket succeeded and you already "
                     "own it.",
                     409);
    if (is_new) bucket->second = {call.region.name, call.world.now, {}};
    return Value::object({{"Location", Value("/" + name)}});
}

Outcome delete_bucket(ApiCall& call) {
    GRADUS_TRY(const Bucket* bucket, find_bucket(call));
    if (!bucket->objects.empty())
        return fault("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
    call.world.buckets.erase(text(call.params["Bucket"]));
    return Value::object();
}

Outcome head_bucket(ApiCall& call) {
    GRADUS_TRY(const Bucket* bucket, find_bucket(call));
    return Value::object({{"BucketRegion", Value(bucket->region)}});
}

// The oldest region has no name here.
Outcome get_bucket_location(ApiCall& call) {
    GRADUS_TRY(const Bucket* bucket, find_bucket(call));
    if (bucket->region == home_region) return Value::object();
    return Value::object({{"LocationConstraint", Value(bucket->region)}});
}

Outcome list_buckets(ApiCall& call) {
    Array buckets;
    for (const auto& [name, bucket] : call.world.buckets)
        buckets.push_back(
            Value::object({{"Name", Value(name)}, {"CreationDate", time_value(bucket.created)}}));
    const std::string owner = to_hex(hash(HashAlgorithm::sha256, call.world.options.account_id));
    return Value::object(
        {{"Buckets", Value(std::move(buckets))}, {"Owner", Value::object({{"ID", Value(owner)}})}});
}

/// Part of a list: keys, and in place of keys that go on behind a delimiter what they begin with.
struct Page {
    Array contents;
    Array prefixes;
    bool is_truncated = false;
    std::string last; // the last key or prefix
};

struct PageRequest {
    std::string prefix;
    std::string delimiter;
    std::string after; // a key or a prefix that came last
    std::size_t size = 0;
    bool encodes_keys = false; // "EncodingType": "url"
};

PageRequest page_request(const Value& params, std::string after) {
    const std::int64_t size =
        std::clamp(integer(params["MaxKeys"], keys_max), std::int64_t{0}, keys_max);
    return {text(params["Prefix"]), text(params["Delimiter"]), std::move(after),
            static_cast<std::size_t>(size), text(params["EncodingType"]) == "url"};
}

std::string listed_text(const PageRequest& request, std::string_view key) {
    return request.encodes_keys ? aws::percent_encode(key, aws::Slash::kept) : std::string(key);
}

Value listed_object(const PageRequest& request, const std::string& key,
                    const StoredObject& object) {
    return Value::object(
        {{"Key", Value(listed_text(request, key))},
         {"LastModified", time_value(object.modified)},
         {"ETag", Value(object.etag)},
         {"Size", Value(object.body.as_string().size())},
         {"StorageClass", Value(text(object.attributes["StorageClass"], "STANDARD"))}});
}

Page list_page(const Bucket& bucket, const PageRequest& request) {
    Page page;
    const bool ends_with_group =
        !request.delimiter.empty() && request.after.ends_with(request.delimiter);
    for (auto at = bucket.objects.lower_bound(request.prefix); at != bucket.objects.end(); ++at) {
        const std::string& key = at->first;
        if (!key.starts_with(request.prefix)) break;
        if (key <= request.after) continue;
        if (ends_with_group && key.starts_with(request.after)) continue;
        const std::size_t end = request.delimiter.empty()
                                    ? std::string::npos
                                    : key.find(request.delimiter, request.prefix.size());
        const bool is_group = end != std::string::npos;
        const std::string entry = is_group ? key.substr(0, end + request.delimiter.size()) : key;
        if (is_group && entry == page.last) continue;
        if (page.contents.size() + page.prefixes.size() >= request.size) {
            page.is_truncated = request.size > 0;
            break;
        }
        page.last = entry;
        if (is_group)
            page.prefixes.push_back(
                Value::object({{"Prefix", Value(listed_text(request, entry))}}));
        else
            page.contents.push_back(listed_object(request, key, at->second));
    }
    return page;
}

Value listed(const Value& params, const PageRequest& request, const Page& page) {
    ObjectBuilder out;
    out.put("Name", params["Bucket"]);
    out.put("Prefix", Value(listed_text(request, request.prefix)));
    if (!request.delimiter.empty())
        out.put("Delimiter", Value(listed_text(request, request.delimiter)));
    if (request.encodes_keys) out.put("EncodingType", Value("url"));
    out.put("MaxKeys", Value(request.size));
    out.put("IsTruncated", Value(page.is_truncated));
    if (!page.contents.empty()) out.put("Contents", Value(page.contents));
    if (!page.prefixes.empty()) out.put("CommonPrefixes", Value(page.prefixes));
    return out.build();
}

Outcome list_objects_v2(ApiCall& call) {
    GRADUS_TRY(const Bucket* bucket, find_bucket(call));
    std::string after = text(call.params["StartAfter"]);
    if (const Value* token = call.params.find("ContinuationToken")) {
        const std::optional<std::string> decoded = base64_decode(text(*token));
        if (!decoded || decoded->empty())
            return fault("InvalidArgument", "The continuation token provided is incorrect");
        after = *decoded;
    }
    const PageRequest request = page_request(call.params, std::move(after));
    const Page page = list_page(*bucket, request);
    Value out = listed(call.params, request, page)
                    .with("KeyCount", Value(page.contents.size() + page.prefixes.size()));
    for (const char* name : {"StartAfter", "ContinuationToken"})
        if (const Value* given = call.params.find(name)) out = std::move(out).with(name, *given);
    if (!page.is_truncated) return out;
    return std::move(out).with("NextContinuationToken", Value(base64_encode(page.last)));
}

Outcome list_objects(ApiCall& call) {
    GRADUS_TRY(const Bucket* bucket, find_bucket(call));
    const PageRequest request = page_request(call.params, text(call.params["Marker"]));
    const Page page = list_page(*bucket, request);
    Value out = listed(call.params, request, page)
                    .with("Marker", Value(listed_text(request, request.after)));
    // Without a delimiter the last key says where to go on.
    if (!page.is_truncated || request.delimiter.empty()) return out;
    return std::move(out).with("NextMarker", Value(listed_text(request, page.last)));
}

constexpr OperationRow rows[] = {
    {"GetBucketLocation", get_bucket_location},
    {"CreateBucket", create_bucket},
    {"DeleteBucket", delete_bucket},
    {"HeadBucket", head_bucket},
    {"ListBuckets", list_buckets},
    {"ListObjectsV2", list_objects_v2},
    {"ListObjects", list_objects},
};

} // namespace

Result<Bucket*, ServiceError> find_bucket(ApiCall& call) {
    const auto found = call.world.buckets.find(text(call.params["Bucket"]));
    if (found == call.world.buckets.end())
        return fault("NoSuchBucket", "The specified bucket does not exist", 404);
    if (found->second.region != call.region.name)
        return fault("PermanentRedirect",
                     "The bucket you are attempting to access must be addressed using the "
                     "specified endpoint. Please send all future requests to this endpoint.",
                     301);
    const std::string& account = call.world.options.account_id;
    if (text(call.params["ExpectedBucketOwner"], account) != account)
        return fault("AccessDenied", "Access Denied", 403);
    return &found->second;
}

std::span<const OperationRow> s3_bucket_operations() { return rows; }

} // namespace gradus::simulated
