#include "tools/gradus/trace.hpp"

#include "tools/gradus/command.hpp"

#include <algorithm>
#include <filesystem>

namespace gradus::cli {
namespace {

constexpr std::int64_t raw_start = 1'672'531'200'000; // 2023-01-01T00:00:00Z

std::string zone_of(const std::filesystem::path& file) {
    const std::string stem = file.stem().string();
    return stem.substr(0, stem.find('_'));
}

} // namespace

Result<simulated::Trace> read_trace_option(const std::string& path) {
    std::vector<std::filesystem::path> files{path};
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        files.clear();
        for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) {
            if (entry.path().extension() == ".json") files.push_back(entry.path());
        }
        std::ranges::sort(files);
    }
    std::vector<std::pair<std::string, Value>> zones;
    for (const auto& file : files) {
        GRADUS_TRY(Value document, read_json_argument("@" + file.string()));
        const bool is_raw = document.find("metadata") != nullptr;
        if (!is_raw && files.size() == 1) return simulated::read_trace(document);
        zones.emplace_back(zone_of(file), std::move(document));
    }
    return simulated::read_raw_trace(zones, "p3.2xlarge", timestamp_of(raw_start));
}

} // namespace gradus::cli
