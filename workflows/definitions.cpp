#include "workflows/definitions.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace gradus::workflows {

namespace embedded {
extern const unsigned char orchestrator[];
extern const std::size_t orchestrator_size;
extern const unsigned char launch_instance[];
extern const std::size_t launch_instance_size;
extern const unsigned char capacity_monitor[];
extern const std::size_t capacity_monitor_size;
extern const unsigned char teardown[];
extern const std::size_t teardown_size;
} // namespace embedded

namespace {

std::string_view text_of(const unsigned char* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

} // namespace

const std::vector<DefinitionFile>& definition_files() {
    static const std::vector<DefinitionFile> files{
        {"orchestrator", text_of(embedded::orchestrator, embedded::orchestrator_size)},
        {"launch-instance", text_of(embedded::launch_instance, embedded::launch_instance_size)},
        {"capacity-monitor", text_of(embedded::capacity_monitor, embedded::capacity_monitor_size)},
        {"teardown", text_of(embedded::teardown, embedded::teardown_size)}};
    return files;
}

std::string filled(std::string_view text, const Settings& settings, const std::string& region) {
    const std::array<std::pair<std::string_view, std::string_view>, 4> values{
        {{"${Region}", region},
         {"${AccountId}", settings.account_id},
         {"${Prefix}", settings.prefix},
         {"${HubRegion}", settings.hub_region}}};
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        bool is_filled = false;
        for (const auto& [name, value] : values) {
            if (!text.substr(at).starts_with(name)) continue;
            out += value;
            at += name.size();
            is_filled = true;
            break;
        }
        if (!is_filled) out += text[at++];
    }
    return out;
}

} // namespace gradus::workflows
