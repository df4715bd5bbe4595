#include "gradus/aws/signer.hpp"

#include "aws/signing/canonical_request.hpp"

namespace gradus::aws {

SignedRequest sign(const RequestToSign& request, const Credentials& credentials,
                   const SigningOptions& options) {
    const std::string amz_date = format_amz_date(options.epoch_seconds);
    const std::string content_hash = payload_hash(options.payload, request.body);
    const bool has_token = !credentials.session_token.empty();

    SignedRequest out;
    out.headers = request.headers;
    set_header(out.headers, "X-Amz-Date", amz_date);
    if (has_token && options.sign_session_token)
        set_header(out.headers, "X-Amz-Security-Token", credentials.session_token);
    if (options.add_content_sha256_header)
        set_header(out.headers, "X-Amz-Content-Sha256", content_hash);

    CanonicalParts parts;
    parts.method = request.method;
    parts.path = canonical_path(
        request.path,
        options.normalize_path ? PathNormalization::segments : PathNormalization::none,
        options.double_encode_path ? PathEncoding::once_more : PathEncoding::as_given);
    parts.query = canonical_query(parse_query(request.query, Plus::literal));
    parts.headers = canonical_headers(out.headers);
    parts.payload_hash = content_hash;

    const CredentialScope scope{amz_date, options.region, options.service};
    out.signature = make_signature(canonical_request(parts), scope, credentials.secret_access_key);
    out.authorization = std::string(signing_algorithm) +
                        " Credential=" + credentials.access_key_id + '/' + scope.text() +
                        ", SignedHeaders=" + parts.headers.signed_names +
                        ", Signature=" + out.signature.signature;
    set_header(out.headers, "Authorization", out.authorization);
    if (has_token && !options.sign_session_token)
        set_header(out.headers, "X-Amz-Security-Token", credentials.session_token);
    return out;
}

} // namespace gradus::aws
