// Any text as a JSONPath: refused, or evaluated, and written through where it is a reference path.
#include "gradus/assert.hpp"
#include "gradus/json.hpp"
#include "states/query/path/path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const gradus::Value document = *gradus::parse_json(
        R"({"a":[1,2.5,"x",{"b":null,"c":[[1],[2,{"d":3}]]}],"s":"text","n":-3,"o":{"k":[true]}})");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto path = gradus::path::parse(text);
    if (!path) {
        GRADUS_ASSERT(path.error().offset <= size);
        return 0;
    }
    const gradus::FixedScope scope(document, document, document);
    const auto found = gradus::path::evaluate(*path, scope);
    if (found && !path->is_definite()) GRADUS_ASSERT(found->is_array());
    if (path->is_reference() && path->root() == gradus::path::Root::input)
        (void)gradus::path::set(*path, document, gradus::Value(1));
    return 0;
}
