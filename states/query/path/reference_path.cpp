#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/query/path/path.hpp"
#include "states/query/path/syntax.hpp"

#include <optional>
#include <span>
#include <utility>

namespace gradus::path {

namespace {

/// `at` with the node behind `steps` replaced; nothing where the document doesn't allow it. `at` is
/// null for a place that doesn't exist yet.
std::optional<Value> replaced(const Value* at, std::span<const Step> steps, Value&& value) {
    if (steps.empty()) return std::move(value);
    std::span<const Step> rest = steps.subspan(1);
    if (const auto* name = std::get_if<NameStep>(&steps.front())) {
        if (at != nullptr && !at->is_object()) return {};
        const Value* member = at != nullptr ? at->find_key(name->name) : nullptr;
        std::optional<Value> inner = replaced(member, rest, std::move(value));
        if (!inner) return {};
        if (at == nullptr) return Value::object({{name->name.as_string(), std::move(*inner)}});
        return at->with(name->name.as_string(), std::move(*inner));
    }
    const auto* step = std::get_if<IndexStep>(&steps.front());
    if (step == nullptr || at == nullptr || !at->is_array()) return {};
    auto size = static_cast<std::int64_t>(at->size());
    std::int64_t index = step->index < 0 ? step->index + size : step->index;
    if (index < 0 || index >= size) return {};
    auto place = static_cast<std::size_t>(index);
    std::optional<Value> inner = replaced(&(*at)[place], rest, std::move(value));
    if (!inner) return {};
    return at->with_element_at(place, std::move(*inner));
}

/// The result stays within what JSON texts may nest.
bool nests_too_deeply(const Steps& steps, const Value& value) {
    return steps.size() + value.depth() > limits::json_depth_max;
}

} // namespace

Result<Value, PathError> set(const Path& reference, const Value& document, Value value) {
    const Steps& steps = reference.syntax().steps;
    auto mismatch = [&] {
        return PathError{PathFault::no_match, "Unable to apply ReferencePath " + reference.text() +
                                                  " to input " + to_json(document)};
    };
    if (!reference.syntax().is_plain || nests_too_deeply(steps, value)) return mismatch();
    std::optional<Value> result = replaced(&document, steps, std::move(value));
    if (!result) return mismatch();
    return std::move(*result);
}

} // namespace gradus::path
