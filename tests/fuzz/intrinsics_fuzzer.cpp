// Any text as an intrinsic call: refused, or evaluated to a value or a failure.
#include "gradus/assert.hpp"
#include "gradus/json.hpp"
#include "states/query/intrinsics/intrinsics.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const gradus::Value document = *gradus::parse_json(
        R"({"a":[1,2.5,"x",{"b":null}],"s":"{\"k\": [1]}","t":"YWJj","n":-3,"o":{"k":[true]}})");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const gradus::FixedScope scope(document, document, document);
    const auto call = gradus::intrinsics::parse(text);
    if (call)
        (void)gradus::intrinsics::evaluate(*call, scope);
    else
        GRADUS_ASSERT(call.error().offset <= size);
    return 0;
}
