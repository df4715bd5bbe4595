#include "aws/signing/canonical_request.hpp"

#include "gradus/assert.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gradus::aws {

namespace {

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// Takes ".", ".." and empty segments out; a final '/' stays.
std::string normalized(std::string_view path) {
    std::vector<std::string_view> kept;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        begin = end + 1;
        if (segment.empty() || segment == ".") continue;
        if (segment != "..")
            kept.push_back(segment);
        else if (!kept.empty())
            kept.pop_back();
    }
    std::string out;
    for (const std::string_view segment : kept) {
        out += '/';
        out += segment;
    }
    if (out.empty() || (path.size() > 1 && path.back() == '/')) out += '/';
    return out;
}

// Trims both ends and makes one space of any run of white space, line ends of folded values
// included.
std::string trimmed(std::string_view value) {
    std::string out;
    for (const char c : value) {
        const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!is_space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// A port that is the scheme's own isn't part of the signed host. The scheme isn't known here, and
// nobody serves http on 443 or https on 80.
std::string without_default_port(std::string host) {
    for (const std::string_view port : {":443", ":80"}) {
        if (!host.ends_with(port)) continue;
        host.resize(host.size() - port.size());
        break;
    }
    return host;
}

// Headers that proxies add or change on the way (AWS SDKs leave these out).
bool is_never_signed(std::string_view name) {
    static constexpr std::array<std::string_view, 6> names = {"connection",        "expect",
                                                              "transfer-encoding", "user-agent",
                                                              "x-amzn-trace-id",   "authorization"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

CanonicalHeaders joined(std::vector<HttpHeader> headers) {
    std::stable_sort(headers.begin(), headers.end(),
                     [](const HttpHeader& a, const HttpHeader& b) { return a.name < b.name; });
    CanonicalHeaders out;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (i > 0 && headers[i].name == headers[i - 1].name) {
            out.lines.back() = ',';
            out.lines += headers[i].value + '\n';
            continue;
        }
        out.lines += headers[i].name + ':' + headers[i].value + '\n';
        if (!out.signed_names.empty()) out.signed_names += ';';
        out.signed_names += headers[i].name;
    }
    return out;
}

HttpHeader canonical_header(const HttpHeader& header) {
    HttpHeader out{lower_case(header.name), trimmed(header.value)};
    if (out.name == "host") out.value = without_default_port(std::move(out.value));
    return out;
}

} // namespace

std::string canonical_path(std::string_view path, PathNormalization normalization,
                           PathEncoding encoding) {
    std::string out(path.empty() ? "/" : path);
    if (normalization == PathNormalization::segments) out = normalized(out);
    if (encoding == PathEncoding::once_more) out = percent_encode(out, Slash::kept);
    return out;
}

std::string canonical_query(const std::vector<QueryParameter>& parameters) {
    std::vector<QueryParameter> encoded;
    encoded.reserve(parameters.size());
    for (const QueryParameter& parameter : parameters)
        encoded.push_back({percent_encode(parameter.name), percent_encode(parameter.value)});
    std::sort(encoded.begin(), encoded.end());
    std::string out;
    for (const QueryParameter& parameter : encoded) {
        if (!out.empty()) out += '&';
        out += parameter.name + '=' + parameter.value;
    }
    return out;
}

CanonicalHeaders canonical_headers(const HttpHeaders& headers) {
    std::vector<HttpHeader> kept;
    for (const HttpHeader& header : headers) {
        HttpHeader canonical = canonical_header(header);
        if (!is_never_signed(canonical.name)) kept.push_back(std::move(canonical));
    }
    return joined(std::move(kept));
}

CanonicalHeaders canonical_headers(const HttpHeaders& headers,
                                   const std::vector<std::string>& names) {
    std::vector<HttpHeader> kept;
    for (const HttpHeader& header : headers) {
        HttpHeader canonical = canonical_header(header);
        if (std::find(names.begin(), names.end(), canonical.name) != names.end())
            kept.push_back(std::move(canonical));
    }
    return joined(std::move(kept));
}

std::string canonical_request(const CanonicalParts& parts) {
    std::string out(parts.method);
    out += '\n' + parts.path + '\n' + parts.query + '\n' + parts.headers.lines + '\n' +
           parts.headers.signed_names + '\n' + parts.payload_hash;
    return out;
}

std::string format_amz_date(std::int64_t epoch_seconds) {
    constexpr std::int64_t day_seconds = 86'400;
    std::int64_t days = epoch_seconds / day_seconds;
    std::int64_t rest = epoch_seconds % day_seconds;
    if (rest < 0) {
        rest += day_seconds;
        --days;
    }
    const CivilDate date = civil_from_days(days);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ",
                  static_cast<int>(date.year), date.month, date.day, static_cast<int>(rest / 3600),
                  static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
    return text.data();
}

std::string CredentialScope::text() const {
    std::string out(amz_date.substr(0, 8));
    out += '/';
    out += region;
    out += '/';
    out += service;
    return out + "/aws4_request";
}

Signature make_signature(std::string canonical, const CredentialScope& scope,
                         std::string_view secret_access_key) {
    Signature out;
    out.string_to_sign = std::string(signing_algorithm) + '\n' + std::string(scope.amz_date) +
                         '\n' + scope.text() + '\n' +
                         to_hex(hash(HashAlgorithm::sha256, canonical));
    out.canonical_request = std::move(canonical);

    std::string key = "AWS4";
    key += secret_access_key;
    key = hmac_sha256(key, scope.amz_date.substr(0, 8));
    key = hmac_sha256(key, scope.region);
    key = hmac_sha256(key, scope.service);
    key = hmac_sha256(key, "aws4_request");
    out.signature = to_hex(hmac_sha256(key, out.string_to_sign));
    return out;
}

std::string payload_hash(SignedPayload payload, std::string_view body) {
    switch (payload) {
    case SignedPayload::body: return to_hex(hash(HashAlgorithm::sha256, body));
    case SignedPayload::empty: return to_hex(hash(HashAlgorithm::sha256, ""));
    case SignedPayload::unsigned_payload: return "UNSIGNED-PAYLOAD";
    }
    GRADUS_UNREACHABLE();
}

} // namespace gradus::aws
