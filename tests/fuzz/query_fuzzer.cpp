// The first byte picks a language: a path, an intrinsic call or JSONata, evaluated on a small
// document.
#include "gradus/json.hpp"
#include "states/query/intrinsics/intrinsics.hpp"
#include "states/query/jsonata/jsonata.hpp"
#include "states/query/path/path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const gradus::Value document =
        *gradus::parse_json(R"({"a":[1,2.5,"x",{"b":null}],"s":"text","n":-3,"o":{"k":[true]}})");
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const gradus::FixedScope scope(document, document, document);
    if (data[0] % 3 == 0) {
        const auto path = gradus::path::parse(text);
        if (path) (void)gradus::path::evaluate(*path, scope);
    } else if (data[0] % 3 == 1) {
        const auto call = gradus::intrinsics::parse(text);
        if (call) (void)gradus::intrinsics::evaluate(*call, scope);
    } else {
        const auto expression = gradus::jsonata::compile(text);
        gradus::Random random{.seed = 1};
        if (expression) {
            (void)gradus::jsonata::evaluate(
                *expression, {.input = &document, .random = &random},
                {.steps_max = 100'000, .elements_max = 100'000, .text_bytes_max = 1'000'000});
        }
    }
    return 0;
}
