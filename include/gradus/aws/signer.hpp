#pragma once
// AWS Signature Version 4 as a pure function: request, credentials and time in, signed request out
// (AWS General Reference, "Create a signed AWS API request"). Header signatures and presigned URLs.

#include "gradus/aws/credentials.hpp"
#include "gradus/aws/http_header.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

/// What of a request is signed.
struct RequestToSign {
    std::string method = "POST";
    std::string path = "/"; // as in the request line, before any '?'
    std::string query;      // as in the request line, without the '?'
    HttpHeaders headers;    // must contain Host
    std::string body;
};

enum class SignedPayload {
    body,             // the hash of the body
    empty,            // the hash of nothing, whatever the body is
    unsigned_payload, // the words UNSIGNED-PAYLOAD
};

struct SigningOptions {
    std::string region;
    std::string service; // the signing name, as "execute-api"
    std::int64_t epoch_seconds = 0;
    // S3 takes paths as they are; every other service normalises and encodes once more.
    bool normalize_path = true;
    bool double_encode_path = true;
    SignedPayload payload = SignedPayload::body;
    bool add_content_sha256_header = false;
    bool sign_session_token = true; // false: the token is added after signing
};

/// The signature with the texts it was made from, which show where two signers part.
struct Signature {
    std::string canonical_request;
    std::string string_to_sign;
    std::string signature; // lower-case hexadecimal
};

/// A request signed in its headers: they are those that go out, Authorization included.
struct SignedRequest {
    Signature signature;
    std::string authorization;
    HttpHeaders headers;
};

/// Signs in the Authorization header; adds X-Amz-Date and, when asked or needed, the token and the
/// hash of the payload.
SignedRequest sign(const RequestToSign& request, const Credentials& credentials,
                   const SigningOptions& options);

/// A request signed in its query string.
struct PresignedRequest {
    Signature signature;
    std::string query; // the whole query string that goes out
};

/// Signs in the query string, valid for `expires_seconds` from the time in the options.
PresignedRequest presign(const RequestToSign& request, const Credentials& credentials,
                         const SigningOptions& options, std::int64_t expires_seconds);

} // namespace gradus::aws
