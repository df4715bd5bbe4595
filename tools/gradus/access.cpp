#include "tools/gradus/access.hpp"

#include "aws/credentials/profile.hpp"
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

namespace gradus::cli {
namespace {

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address.starts_with("localhost:") ||
           address.starts_with("[::1]:");
}

Error wrong(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }

/// Every section of a shared credentials file is a key that may sign.
Result<std::vector<aws::Credentials>> read_keys(const std::string& path) {
    GRADUS_TRY(const std::string text, read_file(path));
    const auto file = aws::parse_shared_file(text, aws::SharedFileKind::credentials);
    if (!file) return wrong(path + ": " + file.error().message);
    std::vector<aws::Credentials> keys;
    for (const Member& section : file->profiles.as_object()) {
        const Value& id = section.value["aws_access_key_id"];
        const Value& secret = section.value["aws_secret_access_key"];
        if (!id.is_string() || !secret.is_string()) {
            return wrong(path + ": section [" + std::string(section.name()) +
                         "] needs aws_access_key_id and aws_secret_access_key");
        }
        keys.push_back({std::string(id.as_string()), std::string(secret.as_string()), "", {}});
    }
    if (keys.empty()) return wrong(path + " has no section with a key");
    return keys;
}

Result<std::string> read_token(const std::string& path) {
    constexpr std::size_t characters_min = 16;
    GRADUS_TRY(std::string token, read_file(path));
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r'))
        token.pop_back();
    if (token.size() >= characters_min) return token;
    return wrong("the token in " + path + " has " + std::to_string(token.size()) +
                 " characters; expected " + std::to_string(characters_min) + " at least");
}

} // namespace

void add_access_options(CLI::App& command, AccessOptions& options) {
    command.add_option("--listen", options.listen, "HOST:PORT; port 0 takes any free one");
    command.add_option("--auth", options.auth, "Who may call: none (everybody), or sigv4")
        ->check(CLI::IsMember({"none", "sigv4"}));
    command.add_option("--keys", options.keys_file,
                       "Keys that may sign: a shared credentials file of AWS");
    command.add_option("--bearer-token", options.token_file,
                       "File with the token that /metrics, /readyz and /recordings want");
    command.add_option("--tls-cert", options.certificate_file, "Certificate chain, PEM");
    command.add_option("--tls-key", options.private_key_file, "Its private key, PEM");
}

Result<Access> read_access(const AccessOptions& options) {
    Access access;
    const bool has_auth = options.auth == "sigv4";
    if (has_auth == options.keys_file.empty())
        return wrong("--auth sigv4 and --keys FILE go together");
    if (options.certificate_file.empty() != options.private_key_file.empty())
        return wrong("--tls-cert and --tls-key go together");
    if (!options.token_file.empty() && !has_auth)
        return wrong("--bearer-token goes with --auth sigv4");
    const bool has_tls = !options.certificate_file.empty();
    if (!is_loopback(options.listen) && !(has_auth && has_tls)) {
        return wrong("--listen expects an address of this machine (127.0.0.1, [::1]) but found '" +
                     options.listen +
                     "': beyond it, --auth sigv4 and --tls-cert are needed, since whoever reaches "
                     "the port may do everything");
    }
    if (has_auth) {
        access.rules.emplace();
        GRADUS_TRY(access.rules->keys, read_keys(options.keys_file));
        if (!options.token_file.empty()) {
            GRADUS_TRY(access.rules->bearer_token, read_token(options.token_file));
        }
    }
    if (has_tls)
        access.certificate = ServerCertificate{options.certificate_file, options.private_key_file};
    return access;
}

} // namespace gradus::cli
