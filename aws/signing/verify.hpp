#pragma once
// The server's side of Signature Version 4: was this request signed by a key we know, for this
// time, region and service. Used by the simulated AWS. Pure.

#include "aws/http/message.hpp"
#include "aws/protocol/service_error.hpp"

#include "gradus/aws/credentials.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gradus::aws {

/// What the Authorization header (or the query string of a presigned request) claims.
struct SignatureClaim {
    enum class Placement { header, query };

    Placement placement = Placement::header;
    std::string access_key_id;
    std::string date;    // "20260102"
    std::string region;  // "us-east-1"
    std::string service; // the signing name: "ec2"
    std::vector<std::string> signed_headers;
    std::string signature;
    std::string amz_date; // "20260102T030405Z"
    std::int64_t expires_seconds = 0;
};

/// Reads the claim without checking it: enough to know which service a request is for. Errors:
/// MissingAuthenticationToken, IncompleteSignature.
Result<SignatureClaim, ServiceError> read_signature_claim(const HttpRequest& request);

/// The credentials of an access key id; nothing when it isn't known.
using KeyLookup = std::function<std::optional<Credentials>(std::string_view access_key_id)>;

struct VerifyOptions {
    std::int64_t now_epoch_seconds = 0;
    std::int64_t skew_seconds_max = 300; // AWS: five minutes
};

/// Checks the signature. Errors as AWS names them: those of read_signature_claim,
/// InvalidClientTokenId, SignatureDoesNotMatch, RequestExpired (also for a clock that is off).
Result<SignatureClaim, ServiceError>
verify_signature(const HttpRequest& request, const KeyLookup& keys, const VerifyOptions& options);

} // namespace gradus::aws
