#pragma once
// The native handlers of the four workflows, by the names of their activities without the prefix.
// Each does a few AWS calls and asks one rule of workflows/capacity; what order things go in, and
// what is tried again, the definitions say.

#include "gradus/handler.hpp"
#include "workflows/handlers/note.hpp"

#include <string>
#include <utility>
#include <vector>

namespace gradus::workflows {

/// All of them. The notes' listener must outlive the engine that they are bound to.
std::vector<std::pair<std::string, Handler>> make_handlers(Notes notes);

Handler take_lock(Notes notes);
Handler assess_demand();
Handler rank_pools(Notes notes);
Handler note_outcome(Notes notes);
Handler tell_hub(Notes notes);
Handler judge_launch();
Handler judge_tasks();
Handler name_failure();
Handler is_replaced();
Handler clear_region(Notes notes);

} // namespace gradus::workflows
