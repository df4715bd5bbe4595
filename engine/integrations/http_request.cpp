#include "engine/integrations/http_request.hpp"

#include "aws/endpoint/endpoint.hpp"
#include "aws/uri_encoding.hpp"
#include "engine/integrations/form_encoding.hpp"
#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

constexpr std::string_view runtime_error = "States.Runtime";

/// Headers that a task can't set: those of the connection itself and those of AWS.
constexpr auto http_task_forbidden = std::to_array<std::string_view>({"a-im",
                                                                      "accept-charset",
                                                                      "accept-datetime",
                                                                      "accept-encoding",
                                                                      "cache-control",
                                                                      "connection",
                                                                      "content-encoding",
                                                                      "content-length",
                                                                      "content-md5",
                                                                      "date",
                                                                      "expect",
                                                                      "forwarded",
                                                                      "from",
                                                                      "host",
                                                                      "http2-settings",
                                                                      "if-match",
                                                                      "if-modified-since",
                                                                      "if-none-match",
                                                                      "if-range",
                                                                      "if-unmodified-since",
                                                                      "max-forwards",
                                                                      "origin",
                                                                      "pragma",
                                                                      "proxy-authorization",
                                                                      "range",
                                                                      "referer",
                                                                      "server",
                                                                      "te",
                                                                      "trailer",
                                                                      "transfer-encoding",
                                                                      "upgrade",
                                                                      "user-agent",
                                                                      "via",
                                                                      "warning"});
constexpr auto api_gateway_forbidden = std::to_array<std::string_view>(
    {"authorization", "connection", "content-md5", "expect", "host", "max-forwards",
     "proxy-authenticate", "server", "te", "transfer-encoding", "trailer", "upgrade", "via",
     "www-authenticate"});

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

bool is_forbidden(std::string_view name, std::span<const std::string_view> forbidden) {
    const std::string folded = lower(name);
    return std::ranges::find(forbidden, folded) != forbidden.end() || folded.starts_with("x-amz") ||
           folded.starts_with("x-forwarded");
}

std::string header_text(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : to_json(value);
}

Result<void, Failure> set_headers(aws::HttpRequest& request, const Value& headers,
                                  std::span<const std::string_view> forbidden) {
    if (headers.is_null()) return {};
    if (!headers.is_object())
        return Failure{std::string(runtime_error), "Headers must be an object"};
    for (const Member& member : headers.as_object()) {
        // "Host:" would be another name here, and Host to whoever reads the request.
        if (!is_header_name(member.name())) {
            return Failure{std::string(runtime_error),
                           "'" + std::string(member.name()) + "' can't be the name of a header"};
        }
        if (is_forbidden(member.name(), forbidden)) {
            return Failure{std::string(runtime_error),
                           "The header '" + std::string(member.name()) + "' can't be set"};
        }
        std::string joined;
        if (member.value.is_array()) {
            for (std::size_t i = 0; i < member.value.size(); ++i)
                joined += (i == 0 ? "" : ",") + header_text(member.value[i]);
        } else {
            joined = header_text(member.value);
        }
        if (!is_header_value(joined)) {
            return Failure{std::string(runtime_error), "The header '" + std::string(member.name()) +
                                                           "' must be one line of text"};
        }
        aws::set_header(request.headers, member.name(), std::move(joined));
    }
    return {};
}

/// Members of a connection's body go into an object; another body stays as it is.
Value with_body_parameters(Value body, const std::vector<HttpParameter>& parameters) {
    if (parameters.empty() || !(body.is_object() || body.is_null())) return body;
    if (body.is_null()) body = Value::object();
    for (const HttpParameter& parameter : parameters)
        body = std::move(body).with(parameter.name, parameter.value);
    return body;
}

Result<void, Failure> set_http_body(aws::HttpRequest& request, const Value& parameters,
                                    const HttpConnection& connection) {
    const Value body = with_body_parameters(parameters["RequestBody"], connection.additions.body);
    if (body.is_null()) return {};
    const Value& transform = parameters["Transform"];
    if (transform["RequestBodyEncoding"] == Value("URL_ENCODED")) {
        const Value& name = transform["RequestEncodingOptions"]["ArrayFormat"];
        const auto format =
            name.is_null() ? ArrayFormat::indices : parse_array_format(header_text(name));
        if (!format) {
            return Failure{std::string(runtime_error),
                           "ArrayFormat must be one of INDICES, REPEAT, COMMAS and BRACKETS but "
                           "was " +
                               to_json(name)};
        }
        if (!body.is_object())
            return Failure{std::string(runtime_error),
                           "A RequestBody that is URL_ENCODED must be an object"};
        request.body = form_encode(body, *format);
        aws::set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
        return {};
    }
    const std::string* type = aws::find_header(request.headers, "Content-Type");
    const bool is_other = type != nullptr && type->find("json") == std::string::npos;
    request.body = is_other && body.is_string() ? std::string(body.as_string()) : to_json(body);
    if (type == nullptr) aws::set_header(request.headers, "Content-Type", "application/json");
    return {};
}

void authorise(aws::HttpRequest& request, const HttpConnection& connection) {
    if (const auto* basic = std::get_if<BasicAuthorization>(&connection.authorization)) {
        aws::set_header(request.headers, "Authorization",
                        "Basic " + base64_encode(basic->username + ':' + basic->password));
    } else if (const auto* key = std::get_if<ApiKeyAuthorization>(&connection.authorization)) {
        aws::set_header(request.headers, key->header, key->value);
    }
}

/// "OK"; RFC 9110, section 15, and RFC 6585. Answers come without their reason phrase.
std::string_view status_text(int status) {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    default: return "";
    }
}

Value headers_of(const aws::HttpResponse& response) {
    ObjectBuilder out(response.headers.size());
    for (const aws::HttpHeader& header : response.headers) {
        const Value* before = out.find(header.name);
        out.put(header.name, before != nullptr ? before->with_element(header.value)
                                               : Value::array({header.value}));
    }
    return out.build();
}

bool allows_nulls(const Value& parameters) { return parameters["AllowNullValues"] == Value(true); }

/// AWS, "AllowNullValues": without it, members that are null aren't sent.
Value without_nulls(const Value& value) {
    if (value.is_object()) {
        ObjectBuilder out(value.size());
        for (const Member& member : value.as_object()) {
            if (!member.value.is_null()) out.append(member.key, without_nulls(member.value));
        }
        return out.build();
    }
    if (!value.is_array()) return value;
    Array out;
    for (const Value& element : value.as_array())
        out.push_back(without_nulls(element));
    return Value(std::move(out));
}

std::string joined_path(const Value& stage, const Value& path) {
    std::string out;
    for (const Value* part : {&stage, &path}) {
        if (!part->is_string() || part->size() == 0) continue;
        if (!part->as_string().starts_with('/')) out += '/';
        out += part->as_string();
    }
    return out;
}

/// A computed parameter may turn out to be no text at all.
Result<void, Failure> check_texts(const Value& parameters) {
    for (const std::string_view name : {"ApiEndpoint", "Method"}) {
        if (parameters[name].is_string()) continue;
        return Failure{std::string(runtime_error), std::string(name) +
                                                       " must be a string but was " +
                                                       to_json(parameters[name])};
    }
    return {};
}

} // namespace

bool is_header_name(std::string_view name) {
    static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view value) {
    return std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

Result<aws::HttpRequest, Failure> request_to(std::string_view url, std::string_view error) {
    const std::size_t scheme = url.find("://");
    const std::size_t authority = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", authority), url.size());
    const auto parsed = aws::parse_url(url.substr(0, end));
    if (!parsed) return Failure{std::string(error), parsed.error().message};
    const bool is_secret = parsed->scheme == aws::HttpRequest::Scheme::https;
    if (!is_secret && !aws::is_loopback(parsed->host)) {
        return Failure{std::string(error),
                       "The endpoint must begin with https:// but was " + std::string(url)};
    }
    aws::HttpRequest out;
    out.scheme = parsed->scheme;
    out.host = parsed->host;
    out.port = parsed->port;
    out.target = std::string(url.substr(end, url.find('#') - end));
    if (!out.target.starts_with('/')) out.target.insert(0, "/");
    const bool is_printable =
        std::ranges::all_of(out.target, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_printable)
        return Failure{std::string(error), "The path of the endpoint must be percent-encoded"};
    aws::set_header(out.headers, "Host", std::string(url.substr(authority, end - authority)));
    return out;
}

void add_query(aws::HttpRequest& request, std::string_view name, const Value& value) {
    if (value.is_array()) {
        for (const Value& element : value.as_array())
            add_query(request, name, element);
        return;
    }
    request.target += request.target.find('?') == std::string::npos ? '?' : '&';
    request.target += aws::percent_encode(name) + '=' + aws::percent_encode(header_text(value));
}

Result<aws::HttpRequest, Failure> http_task_request(const Value& parameters,
                                                    const HttpConnection& connection,
                                                    std::string_view region) {
    GRADUS_CHECK(check_texts(parameters));
    GRADUS_TRY(aws::HttpRequest request,
               request_to(header_text(parameters["ApiEndpoint"]), runtime_error));
    request.method = header_text(parameters["Method"]);
    GRADUS_CHECK(set_headers(request, parameters["Headers"], http_task_forbidden));
    for (const HttpParameter& header : connection.additions.headers)
        aws::set_header(request.headers, header.name, header_text(header.value));
    const Value& query = parameters["QueryParameters"];
    if (query.is_object()) {
        for (const Member& member : query.as_object()) {
            const bool is_replaced =
                std::ranges::any_of(connection.additions.query, [&](const HttpParameter& added) {
                    return added.name == member.name();
                });
            if (!is_replaced) add_query(request, member.name(), member.value);
        }
    }
    for (const HttpParameter& parameter : connection.additions.query)
        add_query(request, parameter.name, parameter.value);
    GRADUS_CHECK(set_http_body(request, parameters, connection));
    // AWS, "Call HTTPS APIs": headers that every request has.
    aws::set_header(request.headers, "User-Agent",
                    "Amazon|StepFunctions|HttpInvoke|" + std::string(region));
    aws::set_header(request.headers, "Range", "bytes=0-" + std::to_string(http_range_bytes_max));
    authorise(request, connection);
    return request;
}

Result<aws::HttpRequest, Failure> api_gateway_request(const Value& parameters) {
    const Value& auth = parameters["AuthType"];
    if (!auth.is_null() && auth != Value("NO_AUTH")) {
        return Failure{"Gradus.NoHandler", "Calls of API Gateway are made without a signature "
                                           "here; AuthType " +
                                               to_json(auth) + " isn't carried out"};
    }
    GRADUS_CHECK(check_texts(parameters));
    std::string endpoint = header_text(parameters["ApiEndpoint"]);
    // The endpoint is a host name; a scheme is for APIs of this machine.
    if (endpoint.find("://") == std::string::npos) endpoint.insert(0, "https://");
    while (endpoint.ends_with('/'))
        endpoint.pop_back();
    GRADUS_TRY(
        aws::HttpRequest request,
        request_to(endpoint + joined_path(parameters["Stage"], parameters["Path"]), runtime_error));
    request.method = header_text(parameters["Method"]);
    GRADUS_CHECK(set_headers(request, parameters["Headers"], api_gateway_forbidden));
    const Value& query = parameters["QueryParameters"];
    if (query.is_object()) {
        for (const Member& member : query.as_object())
            add_query(request, member.name(), member.value);
    }
    const Value& body = parameters["RequestBody"];
    if (!body.is_null()) {
        request.body = to_json(allows_nulls(parameters) ? body : without_nulls(body));
        if (aws::find_header(request.headers, "Content-Type") == nullptr)
            aws::set_header(request.headers, "Content-Type", "application/json");
    }
    return request;
}

Result<Value, Failure> http_output(const aws::HttpResponse& response,
                                   std::string_view error_prefix) {
    if (response.status < 200 || response.status > 299) {
        return Failure{std::string(error_prefix) + std::to_string(response.status),
                       is_valid_utf8(response.body) ? response.body
                                                    : "The answer's body isn't text"};
    }
    if (!is_valid_utf8(response.body))
        return Failure{std::string(runtime_error), "The answer's body isn't UTF-8 text"};
    const std::string* type = aws::find_header(response.headers, "Content-Type");
    Value body(response.body);
    if (type != nullptr && type->find("json") != std::string::npos) {
        if (auto parsed = parse_json(response.body)) body = std::move(*parsed);
    }
    return Value::object({{"Headers", headers_of(response)},
                          {"ResponseBody", std::move(body)},
                          {"StatusCode", response.status},
                          {"StatusText", status_text(response.status)}});
}

} // namespace gradus
