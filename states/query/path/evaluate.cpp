#include "states/query/path/path.hpp"

#include "gradus/json.hpp"
#include "states/query/java_text.hpp"
#include "states/query/path/matches.hpp"
#include "states/query/path/syntax.hpp"

#include <algorithm>
#include <utility>

namespace gradus::path {

namespace {

/// The element an index names, counted from the end when negative; null outside of the array.
const Value* element_at(const Value& array, std::int64_t index) {
    if (!array.is_array()) return nullptr;
    auto size = static_cast<std::int64_t>(array.size());
    if (index < 0) index += size;
    if (index < 0 || index >= size) return nullptr;
    return &array[static_cast<std::size_t>(index)];
}

/// One step of a plain path; null when it leads nowhere.
const Value* follow(const Value& from, const Step& step) {
    if (const auto* name = std::get_if<NameStep>(&step)) return from.find_key(name->name);
    return element_at(from, std::get<IndexStep>(step).index);
}

const Value* walk_plain(const Value* at, const Steps& steps) {
    for (const Step& step : steps) {
        at = follow(*at, step);
        if (at == nullptr) return nullptr;
    }
    return at;
}

/// A node as Jayway names its Java class in messages.
std::string_view java_class(const Value& value) {
    switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "java.lang.Boolean";
    case Value::Kind::integer: return "java.lang.Integer";
    case Value::Kind::real:
    case Value::Kind::decimal: return "java.lang.Double";
    case Value::Kind::string: return "java.lang.String";
    case Value::Kind::array: return "java.util.ArrayList";
    case Value::Kind::object: return "java.util.LinkedHashMap";
    }
    GRADUS_UNREACHABLE();
}

/// Jayway's words for a definite path that found nothing. A missing last member and an index
/// outside of its array read "No results for path"; a missing member on the way, "Missing property
/// in path".
std::string miss_message(const Value& document, const Steps& steps) {
    const Value* at = &document;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        bool is_index = std::holds_alternative<IndexStep>(steps[i]);
        const std::string until = canonical_text(steps, i);
        if (is_index && at->is_null()) return "The path " + until + " is null";
        if (is_index && !at->is_array()) {
            std::string text = "Filter: " + canonical_text(steps, i + 1).substr(until.size()) +
                               " can only be applied to arrays. Current context is: ";
            append_java_text(text, *at);
            return text;
        }
        if (!is_index && !at->is_object()) {
            return "Expected to find an object with property " +
                   canonical_text(steps, i + 1).substr(until.size()) + " in path " + until +
                   " but found '" + std::string(java_class(*at)) +
                   "'. This is not a json object according to the JsonProvider: "
                   "'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.";
        }
        // Several names can stand at the end of a definite path only, and always find an object
        // there.
        if (std::holds_alternative<NamesStep>(steps[i])) break;
        at = follow(*at, steps[i]);
        if (at != nullptr) continue;
        if (is_index || i + 1 == steps.size()) break;
        return "Missing property in path " + canonical_text(steps, i + 1);
    }
    return "No results for path: " + canonical_text(steps, steps.size());
}

PathError no_document(const Path& path) {
    if (path.root() == Root::variable)
        return {PathFault::not_found,
                "The variable '" + std::string(path.variable_name()) + "' is not defined"};
    return {PathFault::not_found, "No results for path: $"};
}

std::string quoted_name(std::string_view name) {
    std::string text = "'";
    for (char c : name) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text += '\'';
}

template <class Items, class Print>
std::string joined(const Items& items, Print print) {
    std::string text = "[";
    for (const auto& item : items) {
        if (text.size() > 1) text += ',';
        text += print(item);
    }
    return text += ']';
}

struct StepPrinter {
    std::string operator()(const NameStep& step) const {
        return '[' + quoted_name(step.name.as_string()) + ']';
    }
    std::string operator()(const NamesStep& step) const { return joined(step.names, quoted_name); }
    std::string operator()(const IndexStep& step) const {
        return '[' + std::to_string(step.index) + ']';
    }
    std::string operator()(const IndicesStep& step) const {
        return joined(step.indices, [](std::int64_t index) { return std::to_string(index); });
    }
    std::string operator()(const SliceStep& step) const {
        return '[' + (step.from ? std::to_string(*step.from) : "") + ':' +
               (step.to ? std::to_string(*step.to) : "") + ']';
    }
    std::string operator()(const WildcardStep&) const { return "[*]"; }
    std::string operator()(const DescentStep&) const { return ".."; }
    std::string operator()(const FilterStep&) const { return "[?]"; }
};

} // namespace

std::string canonical_text(const Steps& steps, std::size_t count) {
    std::string text = "$";
    for (std::size_t i = 0; i < count; ++i)
        text += std::visit(StepPrinter(), steps[i]);
    return text;
}

const Value* document_of(const Path& path, const Scope& scope) {
    switch (path.root()) {
    case Root::input: return scope.input();
    case Root::context: return &scope.context();
    case Root::variable: return scope.variable(path.variable_name());
    }
    GRADUS_UNREACHABLE();
}

Result<Value, PathError> evaluate_on(const Path& path, const Value& document) {
    const Syntax& syntax = path.syntax();
    if (syntax.is_plain) {
        const Value* found = walk_plain(&document, syntax.steps);
        if (found != nullptr) return *found;
        return PathError{PathFault::not_found, miss_message(document, syntax.steps)};
    }
    std::vector<Value> found;
    if (collect_matches(document, syntax.steps, found) == Collected::gave_up)
        return PathError{PathFault::over_limit, "The path '" + path.text() + "' visits more than " +
                                                    std::to_string(visits_max) + " nodes"};
    if (!syntax.is_definite) return Value(std::move(found));
    if (found.empty()) return PathError{PathFault::not_found, miss_message(document, syntax.steps)};
    return std::move(found.front());
}

Result<Value, PathError> evaluate(const Path& path, const Scope& scope) {
    const Value* document = document_of(path, scope);
    if (document == nullptr) return no_document(path);
    return evaluate_on(path, *document);
}

const Value* find(const Path& path, const Scope& scope, Value& storage) {
    const Value* document = document_of(path, scope);
    if (document == nullptr) return nullptr;
    const Syntax& syntax = path.syntax();
    if (syntax.is_plain) return walk_plain(document, syntax.steps);
    auto found = evaluate_on(path, *document);
    if (!found) return nullptr;
    storage = std::move(*found);
    return &storage;
}

std::string invalid_path_message(const Path& path, const PathError& error) {
    return "Invalid path '" + path.text() + "' : " + error.message;
}

std::string field_not_found_message(const Path& path, std::string_view field, const Scope& scope) {
    const Value* document = document_of(path, scope);
    if (document == nullptr) document = scope.input();
    return "The JSONPath '" + path.text() + "' specified for the field '" + std::string(field) +
           "' could not be found in the input '" + (document != nullptr ? to_json(*document) : "") +
           "'";
}

} // namespace gradus::path
