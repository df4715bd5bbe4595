#include "aws/endpoint/s3_addressing.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

constexpr std::size_t bucket_bytes_min = 3;
constexpr std::size_t bucket_bytes_max = 63;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

} // namespace

bool is_virtual_hostable(std::string_view bucket) {
    if (bucket.size() < bucket_bytes_min || bucket.size() > bucket_bytes_max) return false;
    if (!is_letter_or_digit(bucket.front()) || !is_letter_or_digit(bucket.back())) return false;
    return std::ranges::all_of(bucket, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

Result<void> address_bucket(std::string_view bucket, Endpoint& endpoint, std::string& uri) {
    if (bucket.starts_with("arn:"))
        return Error{ErrorCode::unsupported,
                     "access points of S3 can't be named by ARN here, only by alias"};
    if (bucket.ends_with("--x-s3"))
        return Error{ErrorCode::unsupported, "directory buckets of S3 can't be used here"};
    const bool has_names_below =
        !is_loopback(endpoint.url.host) && !is_ip_address(endpoint.url.host);
    if (!has_names_below || !is_virtual_hostable(bucket)) return {};
    // Such a name is encoded as itself.
    uri.erase(0, 1 + bucket.size());
    if (!uri.starts_with('/')) uri.insert(0, 1, '/');
    endpoint.url.host.insert(0, std::string(bucket) + '.');
    return {};
}

} // namespace gradus::aws
