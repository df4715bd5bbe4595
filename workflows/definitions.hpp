#pragma once
// The four definitions as they are built into the program, with their placeholders filled.

#include "workflows/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gradus::workflows {

struct DefinitionFile {
    std::string_view machine; // "launch-instance": the state machine's name without the prefix
    std::string_view text;    // with ${Region}, ${AccountId}, ${Prefix}, ${HubRegion}
};

const std::vector<DefinitionFile>& definition_files();

/// The text for one region. Placeholders that aren't ours stay.
std::string filled(std::string_view text, const Settings& settings, const std::string& region);

} // namespace gradus::workflows
