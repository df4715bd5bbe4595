#include "aws/http/load_settings.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace gradus::aws {

namespace {

std::optional<std::string> variable(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
}

// The file that the variable names, or that of this name in ~/.aws.
Result<SharedFile> read_shared_file(std::string_view variable_name, std::string_view default_name,
                                    SharedFileKind kind) {
    std::string path = variable(variable_name).value_or("");
    const std::string home = variable("HOME").value_or("");
    if (path.starts_with("~/")) path = home + path.substr(1);
    if (path.empty() && !home.empty()) path = home + "/.aws/" + std::string(default_name);
    std::ifstream stream(path, std::ios::binary);
    if (path.empty() || !stream) return SharedFile{};
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    Result<SharedFile> file = parse_shared_file(text, kind);
    if (file) return file;
    Error error = std::move(file).error();
    error.message = path + ": " + error.message;
    return error;
}

} // namespace

Result<ClientSettings> load_settings(const ExplicitSettings& given) {
    GRADUS_TRY(const SharedFile config,
               read_shared_file("AWS_CONFIG_FILE", "config", SharedFileKind::config));
    GRADUS_TRY(const SharedFile credentials,
               read_shared_file("AWS_SHARED_CREDENTIALS_FILE", "credentials",
                                SharedFileKind::credentials));
    return resolve_settings(given, variable, config, credentials);
}

} // namespace gradus::aws
