#pragma once
// The canonical form of a request, the text that Signature Version 4 signs. Inside of aws/signing.

#include "gradus/aws/signer.hpp"

#include "aws/uri_encoding.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

enum class PathNormalization { none, segments };
enum class PathEncoding { as_given, once_more };

std::string canonical_path(std::string_view path, PathNormalization normalization,
                           PathEncoding encoding);

/// Sorted by name, then value, in their encoded form.
std::string canonical_query(const std::vector<QueryParameter>& parameters);

struct CanonicalHeaders {
    std::string lines;        // "host:example.com\n…", each with its line end
    std::string signed_names; // "host;x-amz-date"
};

/// All headers that are signed: those that no proxy may change or add.
CanonicalHeaders canonical_headers(const HttpHeaders& headers);
/// Those of the given lower-case names only.
CanonicalHeaders canonical_headers(const HttpHeaders& headers,
                                   const std::vector<std::string>& names);

struct CanonicalParts {
    std::string_view method;
    std::string path;
    std::string query;
    CanonicalHeaders headers;
    std::string payload_hash;
};
std::string canonical_request(const CanonicalParts& parts);

/// "20150830T123600Z"
std::string format_amz_date(std::int64_t epoch_seconds);

inline constexpr std::string_view signing_algorithm = "AWS4-HMAC-SHA256";

struct CredentialScope {
    std::string_view amz_date;
    std::string_view region;
    std::string_view service;

    /// "20150830/us-east-1/service/aws4_request"
    std::string text() const;
};

/// The string to sign and the signature of a canonical request.
Signature make_signature(std::string canonical, const CredentialScope& scope,
                         std::string_view secret_access_key);

/// What the last line of the canonical request says for this payload.
std::string payload_hash(SignedPayload payload, std::string_view body);

/// Parameters of a presigned query.
inline constexpr std::string_view query_algorithm = "X-Amz-Algorithm";
inline constexpr std::string_view query_credential = "X-Amz-Credential";
inline constexpr std::string_view query_date = "X-Amz-Date";
inline constexpr std::string_view query_expires = "X-Amz-Expires";
inline constexpr std::string_view query_signed_headers = "X-Amz-SignedHeaders";
inline constexpr std::string_view query_token = "X-Amz-Security-Token";
inline constexpr std::string_view query_signature = "X-Amz-Signature";

} // namespace gradus::aws
