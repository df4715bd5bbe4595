#pragma once
// Who may reach a server, and from where: addresses, keys, tokens, certificates.

#include "engine/server/http_listener.hpp"
#include "engine/server/request_auth.hpp"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace gradus::cli {

struct AccessOptions {
    std::string listen = "127.0.0.1:8083"; // the port of Step Functions Local
    std::string auth = "none";
    std::string keys_file;
    std::string token_file;
    std::string certificate_file;
    std::string private_key_file;
};

/// --listen, --auth, --keys, --bearer-token, --tls-cert and --tls-key. Borrows the options.
void add_access_options(CLI::App& command, AccessOptions& options);

struct Access {
    std::optional<AccessRules> rules; // without: everybody may do everything
    std::optional<ServerCertificate> certificate;
};

/// Fails when the options don't go together: beyond this machine nothing is served without a
/// certificate and keys.
Result<Access> read_access(const AccessOptions& options);

} // namespace gradus::cli
