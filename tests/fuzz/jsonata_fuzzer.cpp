// Any text as JSONata, in both dialects: refused, or evaluated within limits.
#include "gradus/assert.hpp"
#include "gradus/json.hpp"
#include "states/query/jsonata/jsonata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace gradus;
    static const Value document = *parse_json(
        R"({"a":[1,2.5,"x",{"b":null}],"s":"text","n":-3,"o":{"k":[true]},"d":"2020-01-02T03:04:05Z"})");
    if (size == 0) return 0;
    const auto dialect =
        data[0] % 2 == 0 ? jsonata::Dialect::standard : jsonata::Dialect::step_functions;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto expression = jsonata::compile(text, dialect);
    if (!expression) {
        GRADUS_ASSERT(expression.error().position <= text.size());
        return 0;
    }
    const jsonata::Binding states{"states", Value::object({{"input", document}})};
    Random random{.seed = 1};
    const auto outcome = jsonata::evaluate(
        *expression, {.input = &document, .variables = {&states, 1}, .random = &random},
        {.steps_max = 100'000, .elements_max = 100'000, .text_bytes_max = 1'000'000});
    if (outcome && outcome->kind == jsonata::Outcome::Kind::value) (void)to_json(outcome->value);
    return 0;
}
