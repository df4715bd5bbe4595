#include "aws/endpoint/endpoint.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <utility>

namespace gradus::aws {

namespace {

constexpr std::size_t label_bytes_max = 63; // RFC 1123
constexpr std::string_view bucket_in_path = "/{Bucket}";

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host_label(std::string_view text) {
    return !text.empty() && text.size() <= label_bytes_max && is_alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-'; });
}

std::string text_of(const Value& object, std::string_view name) {
    const Value& member = object[name];
    return member.is_string() ? std::string(member.as_string()) : std::string();
}

/// The user's URL for the service; null when AWS's is to be used.
const std::string* url_of(const ServiceMetadata& service, const EndpointSettings& settings) {
    const auto found = settings.by_service.find(endpoint_key(service.service_id));
    if (found != settings.by_service.end()) return &found->second;
    return settings.all.empty() ? nullptr : &settings.all;
}

bool is_arn(const Value& bucket) {
    return bucket.is_string() && bucket.as_string().starts_with("arn:");
}

/// Whether buckets stand in the path. A bucket that is named by ARN can't.
bool is_path_forced(const EndpointQuery& query, const EndpointSettings& settings,
                    const std::string* url) {
    if (settings.s3.use_accelerate || is_arn(query.input["Bucket"])) return false;
    if (settings.s3.addressing == S3Addressing::path) return true;
    return url != nullptr && settings.s3.addressing == S3Addressing::automatic;
}

/// Parameters that mean the same to every service, by their names in rule sets (Smithy 2.0, "AWS
/// built-ins for the rules engine").
Value built_in(std::string_view name, const EndpointQuery& query, const EndpointSettings& settings,
               const std::string* url) {
    if (name == "AWS::Region") return query.region;
    if (name == "SDK::Endpoint") return url != nullptr ? Value(*url) : Value();
    if (name == "AWS::UseFIPS") return settings.use_fips && url == nullptr;
    if (name == "AWS::UseDualStack") return settings.use_dual_stack && url == nullptr;
    if (name == "AWS::STS::UseGlobalEndpoint") return settings.use_global_sts;
    if (name == "AWS::S3::UseGlobalEndpoint") return settings.s3.use_global_us_east_1;
    if (name == "AWS::S3::ForcePathStyle") return is_path_forced(query, settings, url);
    if (name == "AWS::S3::Accelerate") return settings.s3.use_accelerate;
    if (name == "AWS::S3::UseArnRegion") return settings.s3.use_arn_region;
    if (name == "AWS::S3Control::UseArnRegion") return settings.s3.use_arn_region;
    if (name == "AWS::S3::DisableMultiRegionAccessPoints")
        return settings.s3.has_no_multi_region_access_points;
    return {};
}

Value parameters_of(const RuleSet& rules, const EndpointQuery& query,
                    const EndpointSettings& settings, const std::string* url) {
    ObjectBuilder out;
    for (const RuleParameter& parameter : rules.parameters()) {
        if (parameter.built_in.empty()) continue;
        Value value = built_in(parameter.built_in, query, settings, url);
        if (!value.is_null()) out.put(std::string_view(parameter.name), std::move(value));
    }
    for (const EndpointParameter& parameter : query.operation.endpoint_parameters) {
        const Value& value =
            parameter.member.empty() ? parameter.value : query.input[parameter.member];
        if (!value.is_null()) out.put(std::string_view(parameter.name), value);
    }
    return out.build();
}

/// Takes what requests are signed for from the first signature that we have.
Result<void> read_schemes(const Value& schemes, Endpoint& out) {
    if (!schemes.is_array() || schemes.size() == 0) return {};
    for (const Value& scheme : schemes.as_array()) {
        if (scheme["name"] != Value("sigv4")) continue;
        if (std::string name = text_of(scheme, "signingName"); !name.empty())
            out.signing_name = std::move(name);
        if (std::string region = text_of(scheme, "signingRegion"); !region.empty())
            out.signing_region = std::move(region);
        out.signs_path_as_it_is = scheme["disableDoubleEncoding"] == Value(true);
        return {};
    }
    return Error{ErrorCode::unsupported, "the endpoint wants the signature " +
                                             text_of(schemes[0], "name") + ", which isn't offered"};
}

void read_headers(const Value& headers, Endpoint& out) {
    for (const Member& header : headers.as_object())
        if (header.value.is_array())
            for (const Value& value : header.value.as_array())
                if (value.is_string())
                    out.headers.push_back(
                        {std::string(header.name()), std::string(value.as_string())});
}

} // namespace

std::string endpoint_key(std::string_view service_id) {
    std::string out(service_id);
    for (char& c : out) {
        if (c == ' ' || c == '-') c = '_';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string Endpoint::target(const Operation& operation, std::string_view uri) const {
    // The rules of S3 say where the bucket stands; models have it in the path, too.
    if (operation.request_uri.starts_with(bucket_in_path)) {
        const std::size_t end = uri.find_first_of("/?", 1);
        uri = end == std::string_view::npos ? std::string_view() : uri.substr(end);
    }
    std::string out = url.path;
    if (out.empty() && !uri.starts_with('/')) out = '/';
    return out.append(uri);
}

Result<Endpoint> EndpointRules::resolve(const std::shared_ptr<const ServiceModel>& model,
                                        const EndpointQuery& query,
                                        const EndpointSettings& settings) {
    if (query.region.empty())
        return Error{ErrorCode::invalid_argument,
                     "no AWS region is set (--region, AWS_REGION or the profile)"};
    // The region becomes part of a host name, so it must not be able to lead elsewhere.
    if (!is_host_label(query.region))
        return Error{ErrorCode::invalid_argument,
                     "expected an AWS region, found '" + std::string(query.region) + "'"};
    auto rules = compiled_.find(model);
    if (rules == compiled_.end()) {
        GRADUS_TRY(RuleSet compiled, RuleSet::compile(model->endpoint_rules()));
        rules = compiled_.emplace(model, std::move(compiled)).first;
    }
    const std::string* url = url_of(model->metadata(), settings);
    if (url != nullptr) GRADUS_CHECK(parse_url(*url));
    GRADUS_TRY(const RuledEndpoint ruled,
               rules->second.resolve(parameters_of(rules->second, query, settings, url)));
    Endpoint out;
    GRADUS_TRY(out.url, parse_url(ruled.url));
    out.signing_region = query.region;
    out.signing_name = model->metadata().signing_name;
    GRADUS_CHECK(read_schemes(ruled.properties["authSchemes"], out));
    read_headers(ruled.headers, out);
    const bool has_names_below = !is_loopback(out.url.host) && !is_ip_address(out.url.host);
    if (has_names_below) out.url.host.insert(0, query.host_prefix);
    return out;
}

} // namespace gradus::aws
