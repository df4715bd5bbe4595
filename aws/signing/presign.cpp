#include "gradus/aws/signer.hpp"

#include "aws/signing/canonical_request.hpp"

namespace gradus::aws {

PresignedRequest presign(const RequestToSign& request, const Credentials& credentials,
                         const SigningOptions& options, std::int64_t expires_seconds) {
    const std::string amz_date = format_amz_date(options.epoch_seconds);
    const CredentialScope scope{amz_date, options.region, options.service};
    const bool has_token = !credentials.session_token.empty();

    CanonicalParts parts;
    parts.method = request.method;
    parts.path = canonical_path(
        request.path,
        options.normalize_path ? PathNormalization::segments : PathNormalization::none,
        options.double_encode_path ? PathEncoding::once_more : PathEncoding::as_given);
    parts.headers = canonical_headers(request.headers);
    parts.payload_hash = payload_hash(options.payload, request.body);

    std::vector<QueryParameter> added = {
        {std::string(query_algorithm), std::string(signing_algorithm)},
        {std::string(query_credential), credentials.access_key_id + '/' + scope.text()},
        {std::string(query_date), amz_date},
        {std::string(query_expires), std::to_string(expires_seconds)},
        {std::string(query_signed_headers), parts.headers.signed_names},
    };
    const QueryParameter token{std::string(query_token), credentials.session_token};
    if (has_token && options.sign_session_token) added.push_back(token);

    std::vector<QueryParameter> all = parse_query(request.query, Plus::literal);
    all.insert(all.end(), added.begin(), added.end());
    parts.query = canonical_query(all);

    PresignedRequest out;
    out.signature = make_signature(canonical_request(parts), scope, credentials.secret_access_key);
    if (has_token && !options.sign_session_token) added.push_back(token);
    added.push_back({std::string(query_signature), out.signature.signature});
    out.query = request.query;
    if (!out.query.empty()) out.query += '&';
    out.query += format_query(added);
    return out;
}

} // namespace gradus::aws
