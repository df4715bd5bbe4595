#include "states/json/pointer.hpp"
#include "gradus/json.hpp"
#include "states/json/number.hpp"

namespace gradus {

std::string pointer_child(std::string_view parent, std::string_view name) {
    std::string pointer(parent);
    pointer += '/';
    for (const char c : name) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
    return pointer;
}

std::string pointer_child(std::string_view parent, std::size_t index) {
    return std::string(parent) + '/' + std::to_string(index);
}

std::string next_pointer_token(std::string_view& pointer) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string token;
    for (std::size_t i = 0; i < end; ++i) {
        if (pointer[i] == '~' && i + 1 < end) {
            ++i;
            token += pointer[i] == '1' ? '/' : '~';
        } else {
            token += pointer[i];
        }
    }
    pointer.remove_prefix(end);
    return token;
}

const Value* find_pointer(const Value& root, std::string_view pointer) {
    const Value* at = &root;
    while (at != nullptr && pointer.starts_with('/')) {
        const std::string token = next_pointer_token(pointer);
        if (at->is_object()) {
            at = at->find(token);
            continue;
        }
        const auto index = canonical_integer(token);
        const bool exists =
            at->is_array() && index && *index >= 0 && static_cast<std::size_t>(*index) < at->size();
        at = exists ? &at->as_array()[static_cast<std::size_t>(*index)] : nullptr;
    }
    return pointer.empty() ? at : nullptr;
}

} // namespace gradus
