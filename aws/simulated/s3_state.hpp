#pragma once
// Buckets and their objects in the simulated AWS: one name space for all regions, an object with
// all its bytes in memory. Inside of aws/simulated.

#include "aws/simulated/call.hpp"

#include <map>
#include <string>
#include <string_view>

namespace gradus::simulated {

struct StoredObject {
    Value body;       // a string of any bytes
    std::string etag; // the MD5 sum of the body, in quotes
    Timestamp modified{};
    Value attributes = Value::object(); // ContentType, Metadata…, in the names of PutObject
};

struct Bucket {
    std::string region;
    Timestamp created{};
    std::map<std::string, StoredObject, std::less<>> objects; // by key, in the order of UTF-8
};

using Buckets = std::map<std::string, Bucket, std::less<>>;

/// The bucket that a call names: NoSuchBucket, PermanentRedirect (it is in another region),
/// AccessDenied (not of the expected owner).
Result<Bucket*, aws::ServiceError> find_bucket(ApiCall& call);

} // namespace gradus::simulated
