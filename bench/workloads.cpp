#include "bench/workloads.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace gradus::bench {
namespace {

[[noreturn]] void give_up(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(2);
}

} // namespace

std::string workloads_folder(int& argc, char** argv) {
    constexpr std::string_view option = "--workloads=";
    const char* shared = std::getenv("GRADUS_SHARED");
    std::string folder = std::string(shared != nullptr ? shared : "../shared") + "/bench";
    char** const end = std::remove_if(argv + 1, argv + argc, [&](const char* argument) {
        const std::string_view text(argument);
        if (!text.starts_with(option)) return false;
        folder = text.substr(option.size());
        return true;
    });
    argc = static_cast<int>(end - argv);
    if (!std::filesystem::is_directory(folder + "/asl")) {
        give_up("No workloads in '" + folder +
                "': name their folder (the one with asl/ and jsonata_expressions.json) by "
                "--workloads=FOLDER, or the folder around it by GRADUS_SHARED");
    }
    return folder;
}

std::string read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) give_up("'" + path + "' can't be read");
    return text.str();
}

Value read_json(const std::string& path) {
    const auto value = parse_json(read_text(path));
    if (!value) give_up("'" + path + "' isn't JSON: " + value.error().message);
    return *value;
}

} // namespace gradus::bench
