#pragma once
// The registry as documents that a store keeps: one for each machine, revision and activity.
// docs/store.md shows them.

#include "engine/api/registry.hpp"
#include "engine/store/records.hpp"

#include <vector>

namespace gradus::api {

/// What was changed since this was asked last; empties the registry's list of changes.
std::vector<StoredObject> take_changes(Registry& registry);

/// Fails, naming the object and what is wrong with it, when one isn't what take_changes made.
Result<Registry> read_registry(const std::vector<StoredObject>& objects);

} // namespace gradus::api
