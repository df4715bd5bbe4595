#include "tools/gradus/command.hpp"

#include "aws/http/installed_services.hpp"

#include <cstdio>

namespace gradus::cli {
namespace {

/// Fills ${NAME} where NAME is defined; others are left, since they may be meant for somebody else.
std::string filled(const std::string& text, const std::map<std::string, std::string>& defines) {
    std::string out;
    std::size_t at = 0;
    while (true) {
        const std::size_t open = text.find("${", at);
        const std::size_t close = open == std::string::npos ? open : text.find('}', open);
        if (close == std::string::npos) return out + text.substr(at);
        const auto found = defines.find(text.substr(open + 2, close - open - 2));
        out += text.substr(at, open - at);
        out += found != defines.end() ? found->second : text.substr(open, close + 1 - open);
        at = close + 1;
    }
}

} // namespace

Result<std::string> read_definition(const std::string& path,
                                    const std::map<std::string, std::string>& defines) {
    GRADUS_TRY(const std::string text, read_file(path));
    return filled(text, defines);
}

std::string machine_name(const std::string& file) {
    std::string name = file.substr(file.rfind('/') + 1);
    name = name.substr(0, name.find('.'));
    return name.empty() || name == "-" ? "workflow" : name;
}

CompileOptions compile_options(WorkflowType type) {
    return {type, service_check_by_models(
                      std::make_shared<aws::ModelCache>(aws::find_installed_services()))};
}

std::optional<LoadedDefinition> load_definition(const std::string& path,
                                                const std::map<std::string, std::string>& defines,
                                                WorkflowType type) {
    auto text = read_definition(path, defines);
    if (!text) {
        complain(text.error().message);
        return std::nullopt;
    }
    LoadedDefinition loaded{.text = std::move(*text)};
    loaded.compiled = compile(loaded.text, compile_options(type));
    for (const Diagnostic& diagnostic : loaded.compiled.diagnostics) {
        std::fprintf(stderr, "%s\n", describe(diagnostic, path, loaded.text).c_str());
    }
    if (loaded.compiled.program == nullptr) return std::nullopt;
    return loaded;
}

} // namespace gradus::cli
