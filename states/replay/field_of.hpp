#pragma once
// Which field of a definition made a history event what it is.

#include "gradus/replay.hpp"
#include "states/replay/definition_map.hpp"

#include <string>

namespace gradus {

/// The JSON pointer of the field, or of the state where no single field did; empty: the definition
/// as a whole. `previous` is the recorded event before, or null.
std::string field_of(const Divergence& divergence, const RecordedEvent* previous,
                     const DefinitionMap& definition);

} // namespace gradus
