// Any bytes: parsed or refused; what is parsed prints to a text that parses to the same value.
#include "gradus/json.hpp"

#include "gradus/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = gradus::parse_json(text);
    if (!parsed) return 0;
    const std::string printed = gradus::to_json(*parsed);
    GRADUS_ASSERT(gradus::json_size(*parsed) == printed.size());
    const auto again = gradus::parse_json(printed);
    GRADUS_ASSERT(again.has_value());
    GRADUS_ASSERT(*again == *parsed);
    return 0;
}
