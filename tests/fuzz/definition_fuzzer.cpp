// Any text as a definition: a program or at least one error, each fault with a place that can be
// shown.
#include "gradus/assert.hpp"
#include "gradus/program.hpp"
#include "gradus/validate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto type =
        data[0] % 2 == 0 ? gradus::WorkflowType::standard : gradus::WorkflowType::express;
    const gradus::Compiled compiled = gradus::compile(text, {type});
    GRADUS_ASSERT((compiled.program == nullptr) == gradus::has_errors(compiled.diagnostics));
    for (const gradus::Diagnostic& fault : compiled.diagnostics)
        GRADUS_ASSERT(!gradus::describe(fault, "definition", text).empty());
    (void)gradus::validate_state_machine_definition(text, {.type = type});
    return 0;
}
