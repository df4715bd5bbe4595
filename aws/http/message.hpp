#pragma once
// HTTP requests and answers as plain data: what a Transport carries and the simulated AWS maps one
// to the other. No socket, no third-party header.

#include "gradus/aws/http_header.hpp"

#include <cstdint>
#include <string>

namespace gradus::aws {

struct HttpRequest {
    enum class Scheme { https, http };

    Scheme scheme = Scheme::https;
    std::string host; // where to connect to, without a port; IPv6 without brackets
    std::uint16_t port = 443;
    std::string method = "POST";
    std::string target = "/"; // path, and '?' with the query string if there is one
    HttpHeaders headers;      // with Host; without Content-Length, which the transport adds
    std::string body;
};

struct HttpResponse {
    int status = 200;
    HttpHeaders headers;
    std::string body;
};

} // namespace gradus::aws
