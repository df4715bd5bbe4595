// Succeed: entered → exited, and its branch ends.
#include "states/machine.hpp"

namespace gradus {

void enter_succeed(Machine& machine, BranchId id) { machine.pass_on(id); }

} // namespace gradus
