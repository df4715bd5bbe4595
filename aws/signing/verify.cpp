#include "aws/signing/verify.hpp"

#include "aws/signing/canonical_request.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace gradus::aws {

namespace {

// AWS, API reference, "Common Error Types".
ServiceError error(std::string code, std::string message, int http_status) {
    ServiceError out;
    out.code = std::move(code);
    out.message = std::move(message);
    out.http_status = http_status;
    return out;
}

ServiceError incomplete(std::string message) {
    return error("IncompleteSignature", std::move(message), 400);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (true) {
        const std::size_t end = text.find(separator);
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

Result<void, ServiceError> read_credential(std::string_view text, SignatureClaim& claim) {
    // An access key id has no '/', a scope has exactly four.
    const std::vector<std::string> parts = split(text, '/');
    if (parts.size() != 5 || parts[4] != "aws4_request")
        return incomplete("Credential must be KEY/DATE/REGION/SERVICE/aws4_request, found '" +
                          std::string(text) + "'");
    claim.access_key_id = parts[0];
    claim.date = parts[1];
    claim.region = parts[2];
    claim.service = parts[3];
    return {};
}

Result<SignatureClaim, ServiceError> claim_of_header(std::string_view header,
                                                     const HttpRequest& request) {
    SignatureClaim claim;
    if (!header.starts_with(signing_algorithm))
        return incomplete("Authorization must begin with AWS4-HMAC-SHA256");
    header.remove_prefix(signing_algorithm.size());
    for (const std::string& item : split(header, ',')) {
        std::string_view field = item;
        field.remove_prefix(std::min(field.find_first_not_of(" \t"), field.size()));
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = field.substr(0, equals);
        const std::string_view value = field.substr(equals + 1);
        if (name == "Credential")
            GRADUS_CHECK(read_credential(value, claim));
        else if (name == "SignedHeaders")
            claim.signed_headers = split(value, ';');
        else if (name == "Signature")
            claim.signature = value;
    }
    if (const std::string* date = find_header(request.headers, "X-Amz-Date"))
        claim.amz_date = *date;
    return claim;
}

Result<SignatureClaim, ServiceError> claim_of_query(const std::vector<QueryParameter>& parameters) {
    SignatureClaim claim;
    claim.placement = SignatureClaim::Placement::query;
    for (const QueryParameter& parameter : parameters) {
        if (parameter.name == query_credential)
            GRADUS_CHECK(read_credential(parameter.value, claim));
        else if (parameter.name == query_signed_headers)
            claim.signed_headers = split(parameter.value, ';');
        else if (parameter.name == query_signature)
            claim.signature = parameter.value;
        else if (parameter.name == query_date)
            claim.amz_date = parameter.value;
        else if (parameter.name == query_expires)
            std::from_chars(parameter.value.data(), parameter.value.data() + parameter.value.size(),
                            claim.expires_seconds);
    }
    return claim;
}

// "20150830T123600Z" to seconds; nothing when it isn't that.
std::optional<std::int64_t> read_amz_date(std::string_view text) {
    if (text.size() != 16) return std::nullopt;
    std::string rfc3339;
    rfc3339.append(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-");
    rfc3339.append(text.substr(6, 5)).append(":").append(text.substr(11, 2)).append(":");
    rfc3339.append(text.substr(13));
    const std::optional<Instant> instant = parse_rfc3339(rfc3339);
    if (!instant) return std::nullopt;
    return instant->seconds;
}

Result<void, ServiceError> check_time(const SignatureClaim& claim, const VerifyOptions& options) {
    const std::optional<std::int64_t> signed_at = read_amz_date(claim.amz_date);
    if (!signed_at || claim.amz_date.substr(0, 8) != claim.date)
        return incomplete("Date must be that of the credential scope, found '" + claim.amz_date +
                          "'");
    const std::int64_t age = options.now_epoch_seconds - *signed_at;
    const bool is_header = claim.placement == SignatureClaim::Placement::header;
    const std::int64_t age_max = is_header ? options.skew_seconds_max : claim.expires_seconds;
    if (age <= age_max && age >= -options.skew_seconds_max) return {};
    return error("RequestExpired",
                 "Signature is " + std::string(age > 0 ? "expired" : "not yet current") + ": " +
                     claim.amz_date + " against " + format_amz_date(options.now_epoch_seconds),
                 400);
}

// The canonical request as the client must have made it. S3 takes paths as they are.
std::string canonical_of(const HttpRequest& request, const SignatureClaim& claim) {
    const Target target = split_target(request.target);
    const bool is_s3 = claim.service == "s3";
    const bool is_header = claim.placement == SignatureClaim::Placement::header;

    CanonicalParts parts;
    parts.method = request.method;
    parts.path =
        canonical_path(target.path, is_s3 ? PathNormalization::none : PathNormalization::segments,
                       is_s3 ? PathEncoding::as_given : PathEncoding::once_more);
    std::vector<QueryParameter> parameters = parse_query(target.query, Plus::literal);
    std::erase_if(parameters,
                  [](const QueryParameter& item) { return item.name == query_signature; });
    parts.query = canonical_query(parameters);
    parts.headers = canonical_headers(request.headers, claim.signed_headers);

    const std::string* declared = find_header(request.headers, "X-Amz-Content-Sha256");
    const bool is_unsigned =
        (declared != nullptr && *declared == "UNSIGNED-PAYLOAD") || (is_s3 && !is_header);
    // Of a body in pieces the words alone are signed; the pieces have signatures of their own.
    const bool is_in_pieces = declared != nullptr && declared->starts_with("STREAMING-");
    parts.payload_hash = is_in_pieces ? *declared
                                      : payload_hash(is_unsigned ? SignedPayload::unsigned_payload
                                                                 : SignedPayload::body,
                                                     request.body);
    return canonical_request(parts);
}

} // namespace

Result<SignatureClaim, ServiceError> read_signature_claim(const HttpRequest& request) {
    SignatureClaim claim;
    if (const std::string* header = find_header(request.headers, "Authorization")) {
        GRADUS_TRY(claim, claim_of_header(*header, request));
    } else {
        const std::vector<QueryParameter> parameters =
            parse_query(split_target(request.target).query, Plus::literal);
        const bool is_presigned =
            std::any_of(parameters.begin(), parameters.end(),
                        [](const QueryParameter& item) { return item.name == query_algorithm; });
        if (!is_presigned)
            return error("MissingAuthenticationToken", "Missing Authentication Token", 403);
        GRADUS_TRY(claim, claim_of_query(parameters));
    }
    if (claim.access_key_id.empty()) return incomplete("Credential is missing");
    if (claim.signature.empty()) return incomplete("Signature is missing");
    const bool signs_host = std::find(claim.signed_headers.begin(), claim.signed_headers.end(),
                                      "host") != claim.signed_headers.end();
    if (!signs_host) return incomplete("SignedHeaders must contain host");
    return claim;
}

Result<SignatureClaim, ServiceError>
verify_signature(const HttpRequest& request, const KeyLookup& keys, const VerifyOptions& options) {
    GRADUS_TRY(SignatureClaim claim, read_signature_claim(request));
    GRADUS_CHECK(check_time(claim, options));
    const std::optional<Credentials> key = keys(claim.access_key_id);
    if (!key)
        return error("InvalidClientTokenId",
                     "The security token included in the request is invalid.", 403);
    if (!key->session_token.empty()) {
        const std::string* token = find_header(request.headers, "X-Amz-Security-Token");
        std::string in_query;
        for (const QueryParameter& item :
             parse_query(split_target(request.target).query, Plus::literal))
            if (item.name == query_token) in_query = item.value;
        if (!equal_in_constant_time(token != nullptr ? *token : in_query, key->session_token))
            return error("InvalidClientTokenId",
                         "The security token included in the request is invalid.", 403);
    }
    const CredentialScope scope{claim.amz_date, claim.region, claim.service};
    const Signature expected =
        make_signature(canonical_of(request, claim), scope, key->secret_access_key);
    if (!equal_in_constant_time(expected.signature, claim.signature))
        return error("SignatureDoesNotMatch",
                     "The request signature we calculated does not match the signature you "
                     "provided. Check your AWS Secret Access Key and signing method.",
                     403);
    return claim;
}

} // namespace gradus::aws
