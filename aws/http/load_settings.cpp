#include "aws/http/load_settings.hpp"

#include <fstream>
#include <iterator>
#include <unistd.h>

namespace gradus::aws {

namespace {

Environment own_environment() {
    Environment out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos)
            out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

std::string variable(const Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found != environment.end() ? found->second : std::string();
}

// The file that the variable names, or that of this name in ~/.aws.
Result<SharedFile> read_shared_file(const Environment& environment, std::string_view variable_name,
                                    std::string_view default_name, SharedFileKind kind) {
    std::string path = variable(environment, variable_name);
    const std::string home = variable(environment, "HOME");
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
    const Environment environment = own_environment();
    GRADUS_TRY(const SharedFile config,
               read_shared_file(environment, "AWS_CONFIG_FILE", "config", SharedFileKind::config));
    GRADUS_TRY(const SharedFile credentials,
               read_shared_file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials",
                                SharedFileKind::credentials));
    return resolve_settings(given, environment, config, credentials);
}

} // namespace gradus::aws
