#pragma once
// Which names a part of an expression binds, so that the frame for them can be laid out.

#include "states/query/jsonata/syntax.hpp"

#include <string>
#include <vector>

namespace gradus::jsonata {

/// The name under which a step is kept for the % that means it.
std::string label_name(const Ancestor& slot);
bool has_tuple_step(const Syntax& path);
/// Names that := binds in the frame of `node` itself.
void collect_bound(const Syntax* node, std::vector<std::string>& names);
/// Names that the steps of a path bind.
void collect_step_names(const Syntax* path, std::vector<std::string>& names);

} // namespace gradus::jsonata
