#include "engine/integrations/http_connections.hpp"

#include "engine/integrations/http_request.hpp"
#include "gradus/json.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

/// Reads one connection; messages name it and the member.
class ConnectionReader {
public:
    explicit ConnectionReader(std::string_view name) : name_(name) {}

    Result<HttpConnection> read(const Value& document) const {
        HttpConnection out;
        const Value& parameters = document["AuthParameters"];
        if (!parameters.is_object()) return wrong("AuthParameters", "an object", parameters);
        GRADUS_TRY(out.additions, additions(parameters["InvocationHttpParameters"]));
        const Value& type = document["AuthorizationType"];
        if (type == Value("BASIC")) {
            GRADUS_TRY(out.authorization, basic(parameters["BasicAuthParameters"]));
        } else if (type == Value("API_KEY")) {
            GRADUS_TRY(out.authorization, api_key(parameters["ApiKeyAuthParameters"]));
        } else if (type == Value("OAUTH_CLIENT_CREDENTIALS")) {
            GRADUS_TRY(out.authorization, oauth(parameters["OAuthParameters"]));
        } else {
            return wrong("AuthorizationType", "BASIC, API_KEY or OAUTH_CLIENT_CREDENTIALS", type);
        }
        return out;
    }

private:
    Error wrong(std::string_view member, std::string_view expected, const Value& found) const {
        return {ErrorCode::invalid_argument,
                "the connection '" + std::string(name_) + "' expects " + std::string(expected) +
                    " as " + std::string(member) + " but found " + to_json(found)};
    }
    Result<std::string> text(const Value& object, std::string_view member) const {
        const Value& found = object[member];
        if (!found.is_string()) return wrong(member, "a string", found);
        return std::string(found.as_string());
    }
    Result<std::vector<HttpParameter>> list(const Value& parent, std::string_view member) const {
        std::vector<HttpParameter> out;
        const Value& found = parent[member];
        if (found.is_null()) return out;
        if (!found.is_array()) return wrong(member, "an array", found);
        for (const Value& entry : found.as_array()) {
            GRADUS_TRY(std::string key, text(entry, "Key"));
            out.push_back({std::move(key), entry["Value"]});
        }
        return out;
    }
    Result<void> check_header(std::string_view header, const Value& value) const {
        if (!is_header_name(header)) return wrong("a header", "a name", Value(header));
        if (!value.is_string() || !is_header_value(value.as_string()))
            return wrong(header, "one line of text", value);
        return {};
    }
    Result<HttpAdditions> additions(const Value& found) const {
        HttpAdditions out;
        GRADUS_TRY(out.headers, list(found, "HeaderParameters"));
        for (const HttpParameter& header : out.headers)
            GRADUS_CHECK(check_header(header.name, header.value));
        GRADUS_TRY(out.query, list(found, "QueryStringParameters"));
        GRADUS_TRY(out.body, list(found, "BodyParameters"));
        return out;
    }
    Result<BasicAuthorization> basic(const Value& found) const {
        BasicAuthorization out;
        GRADUS_TRY(out.username, text(found, "Username"));
        GRADUS_TRY(out.password, text(found, "Password"));
        return out;
    }
    Result<ApiKeyAuthorization> api_key(const Value& found) const {
        ApiKeyAuthorization out;
        GRADUS_TRY(out.header, text(found, "ApiKeyName"));
        GRADUS_TRY(out.value, text(found, "ApiKeyValue"));
        GRADUS_CHECK(check_header(out.header, Value(out.value)));
        return out;
    }
    Result<OAuthAuthorization> oauth(const Value& found) const {
        OAuthAuthorization out;
        GRADUS_TRY(out.endpoint, text(found, "AuthorizationEndpoint"));
        GRADUS_TRY(out.method, text(found, "HttpMethod"));
        constexpr auto methods = std::to_array<std::string_view>({"GET", "POST", "PUT"});
        if (std::ranges::find(methods, out.method) == methods.end())
            return wrong("HttpMethod", "GET, POST or PUT", found["HttpMethod"]);
        GRADUS_TRY(out.client_id, text(found["ClientParameters"], "ClientID"));
        GRADUS_TRY(out.client_secret, text(found["ClientParameters"], "ClientSecret"));
        GRADUS_TRY(out.additions, additions(found["OAuthHttpParameters"]));
        return out;
    }

    std::string_view name_;
};

} // namespace

Result<HttpConnections> HttpConnections::read(const Value& document) {
    if (!document.is_object()) {
        return Error{ErrorCode::invalid_argument,
                     "connections must be an object of connections by their names"};
    }
    HttpConnections out;
    for (const Member& member : document.as_object()) {
        GRADUS_TRY(HttpConnection connection, ConnectionReader(member.name()).read(member.value));
        out.connections_.insert_or_assign(std::string(member.name()), std::move(connection));
    }
    return out;
}

const HttpConnection* HttpConnections::find(std::string_view arn) const {
    auto found = connections_.find(arn);
    if (found != connections_.end()) return &found->second;
    constexpr std::string_view kind = ":connection/";
    const std::size_t at = arn.find(kind);
    if (at == std::string_view::npos) return nullptr;
    const std::string_view rest = arn.substr(at + kind.size());
    found = connections_.find(rest.substr(0, rest.find('/')));
    return found == connections_.end() ? nullptr : &found->second;
}

} // namespace gradus
