#pragma once
// Connections of HTTP tasks: how a request is authorised, and what is added to it. On AWS they are
// resources of EventBridge; here they are read from a document in the words of its API
// (CreateConnection), by ARN or name.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus {

struct HttpParameter {
    std::string name;
    Value value; // a text, but for bodies any JSON

    friend bool operator==(const HttpParameter&, const HttpParameter&) = default;
};

/// What a connection adds to every request; it wins over the task's own.
struct HttpAdditions {
    std::vector<HttpParameter> headers;
    std::vector<HttpParameter> query;
    std::vector<HttpParameter> body;

    friend bool operator==(const HttpAdditions&, const HttpAdditions&) = default;
};

struct BasicAuthorization {
    std::string username;
    std::string password;
};
struct ApiKeyAuthorization {
    std::string header;
    std::string value;
};
/// Client credentials (RFC 6749, section 4.4).
struct OAuthAuthorization {
    std::string endpoint;
    std::string method = "POST";
    std::string client_id;
    std::string client_secret;
    HttpAdditions additions; // to the request for a token
};
struct HttpConnection {
    std::variant<std::monostate, BasicAuthorization, ApiKeyAuthorization, OAuthAuthorization>
        authorization;
    HttpAdditions additions;
};

class HttpConnections {
public:
    /// {"NAME or ARN": {"AuthorizationType": …, "AuthParameters": {…}}}. Fails with
    /// invalid_argument, naming the connection and the member.
    static Result<HttpConnections> read(const Value& document);

    /// By the ARN of a task, "arn:aws:events:REGION:ACCOUNT:connection/NAME/ID": the connection of
    /// that ARN, else of that name. Null when there is none.
    const HttpConnection* find(std::string_view arn) const;

private:
    std::map<std::string, HttpConnection, std::less<>> connections_;
};

} // namespace gradus
