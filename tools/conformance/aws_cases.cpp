// The AWS kinds of the conformance corpus: signing.
#include "tools/conformance/runner.hpp"

#include "gradus/aws/signer.hpp"
#include "gradus/json.hpp"

#include "states/base/base.hpp"

#include <algorithm>

namespace gradus::conformance {

namespace {

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

bool flag_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_boolean() && member->as_boolean();
}

aws::HttpHeaders headers_of(const Value& pairs) {
    aws::HttpHeaders headers;
    if (!pairs.is_array()) return headers;
    for (const Value& pair : pairs.as_array())
        headers.push_back({std::string(pair[0].as_string()), std::string(pair[1].as_string())});
    return headers;
}

std::string difference(std::string_view what, std::string_view expected, std::string_view found) {
    return std::string(what) + ": expected\n" + std::string(expected) + "\nfound\n" +
           std::string(found);
}

// "20150830T123600Z"
std::int64_t epoch_seconds_of(const std::string& amz_date) {
    const std::string text = amz_date.substr(0, 4) + '-' + amz_date.substr(4, 2) + '-' +
                             amz_date.substr(6, 5) + ':' + amz_date.substr(11, 2) + ':' +
                             amz_date.substr(13);
    return parse_rfc3339(text).value_or(Instant{}).seconds;
}

aws::SigningOptions signing_options_of(const Value& document) {
    const Value& options = document["options"];
    aws::SigningOptions out;
    out.region = text_of(document, "region");
    out.service = text_of(document, "service");
    out.epoch_seconds = epoch_seconds_of(text_of(document, "timestamp"));
    out.normalize_path = flag_of(options, "normalize_path");
    out.double_encode_path = flag_of(options, "double_encode_path");
    out.add_content_sha256_header = flag_of(options, "add_content_sha256_header");
    out.sign_session_token = flag_of(options, "sign_session_token");
    const std::string payload = text_of(options, "payload");
    out.payload = payload == "body"    ? aws::SignedPayload::body
                  : payload == "empty" ? aws::SignedPayload::empty
                                       : aws::SignedPayload::unsigned_payload;
    return out;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs sorted_headers(const aws::HttpHeaders& headers) {
    Pairs out;
    for (const aws::HttpHeader& header : headers) {
        if (aws::equal_ignoring_case(header.name, "Authorization")) continue;
        std::string name = header.name;
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        out.emplace_back(std::move(name), header.value);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> sorted_parameters(std::string_view query) {
    std::vector<std::string> out;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        out.emplace_back(query.substr(0, end));
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string check_signature(const Value& expected, const aws::Signature& found) {
    if (text_of(expected, "canonical_request") != found.canonical_request)
        return difference("canonical request", text_of(expected, "canonical_request"),
                          found.canonical_request);
    if (text_of(expected, "string_to_sign") != found.string_to_sign)
        return difference("string to sign", text_of(expected, "string_to_sign"),
                          found.string_to_sign);
    if (text_of(expected, "signature") != found.signature)
        return difference("signature", text_of(expected, "signature"), found.signature);
    return "";
}

// The difference, or nothing.
std::string run_sigv4_case(const Value& document) {
    const Value& given = document["request"];
    const aws::RequestToSign request{text_of(given, "method"), text_of(given, "path"),
                                     text_of(given, "query"), headers_of(given["headers"]),
                                     text_of(given, "body")};
    const Value& keys = document["credentials"];
    const aws::Credentials credentials{.access_key_id = text_of(keys, "access_key_id"),
                                       .secret_access_key = text_of(keys, "secret_access_key"),
                                       .session_token = text_of(keys, "session_token")};
    const aws::SigningOptions options = signing_options_of(document);
    const Value& expected = document["expected"];

    if (text_of(document["options"], "placement") == "query") {
        const aws::PresignedRequest presigned = aws::presign(
            request, credentials, options, document["options"]["expires"].as_integer());
        std::string fault = check_signature(expected, presigned.signature);
        const std::string query = text_of(expected, "query");
        if (fault.empty() && sorted_parameters(query) != sorted_parameters(presigned.query))
            fault = difference("query", query, presigned.query);
        return fault;
    }
    const aws::SignedRequest made = aws::sign(request, credentials, options);
    std::string fault = check_signature(expected, made.signature);
    if (!fault.empty()) return fault;
    if (text_of(expected, "authorization") != made.authorization)
        return difference("authorization", text_of(expected, "authorization"), made.authorization);
    if (expected.find("signed_request_headers") != nullptr &&
        sorted_headers(headers_of(expected["signed_request_headers"])) !=
            sorted_headers(made.headers))
        return difference("headers", to_json(expected["signed_request_headers"]),
                          "others (" + std::to_string(made.headers.size()) + ")");
    return "";
}

CaseResult result_of(std::string id, std::string fault) {
    const Outcome outcome = fault.empty() ? Outcome::passed : Outcome::failed;
    return {std::move(id), outcome, std::move(fault)};
}

} // namespace

void run_sigv4_file(const CorpusFile& file, const Report& report) {
    if (!file.document.is_array()) return;
    for (const Value& document : file.document.as_array()) {
        std::string id = text_of(document, "id");
        if (file.list_only)
            report({std::move(id), Outcome::skipped, ""});
        else
            report(result_of(std::move(id), run_sigv4_case(document)));
    }
}

} // namespace gradus::conformance
