#include "states/program/reader.hpp"

#include "gradus/limits.hpp"
#include "states/base/closest_name.hpp"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

std::string_view kind_name(FieldKind kind) {
    switch (kind) {
    case FieldKind::any: return "any value";
    case FieldKind::text: return "a string";
    case FieldKind::boolean: return "a boolean";
    case FieldKind::integer: return "an integer";
    case FieldKind::number: return "a number";
    case FieldKind::array: return "an array";
    case FieldKind::object: return "an object";
    case FieldKind::path: return "a path or null";
    case FieldKind::formula: return "a JSONata expression";
    }
    GRADUS_UNREACHABLE();
}

bool is_of_kind(const Value& value, FieldKind kind) {
    std::int64_t integer = 0;
    switch (kind) {
    case FieldKind::any: return true;
    case FieldKind::text: return value.is_string();
    case FieldKind::boolean: return value.is_boolean();
    case FieldKind::integer: return value.is_number() && value.to_integer(integer);
    case FieldKind::number: return value.is_number();
    case FieldKind::array: return value.is_array();
    case FieldKind::object: return value.is_object();
    case FieldKind::path: return value.is_string() || value.is_null();
    case FieldKind::formula: return JsonataTemplate::is_expression(value);
    }
    GRADUS_UNREACHABLE();
}

bool is_allowed(FieldLanguage field, QueryLanguage state) {
    if (field == FieldLanguage::both) return true;
    return (field == FieldLanguage::jsonpath) == (state == QueryLanguage::jsonpath);
}

std::string list_of(std::initializer_list<std::string_view> names) {
    std::string list;
    for (const std::string_view name : names) {
        if (!list.empty()) list += ", ";
        list += name;
    }
    return list;
}

} // namespace

// --- sink ----------------------------------------------------------------------------------------

void DiagnosticSink::error(std::string pointer, std::string message, std::string hint) {
    error_with_code("SCHEMA_VALIDATION_FAILED", std::move(pointer), std::move(message),
                    std::move(hint));
}

void DiagnosticSink::error_with_code(std::string code, std::string pointer, std::string message,
                                     std::string hint) {
    add({Severity::error, std::move(code), std::move(message), std::move(pointer),
         std::move(hint)});
}

void DiagnosticSink::warn(std::string code, std::string pointer, std::string message,
                          std::string hint) {
    add({Severity::warning, std::move(code), std::move(message), std::move(pointer),
         std::move(hint)});
}

void DiagnosticSink::add(Diagnostic diagnostic) {
    const auto known =
        std::ranges::find(diagnostic_codes(), diagnostic.code, &DiagnosticCode::name);
    GRADUS_ASSERT(known != diagnostic_codes().end());
    GRADUS_ASSERT(known->severity == diagnostic.severity);
    std::size_t& count = diagnostic.severity == Severity::error ? errors_ : warnings_;
    if (++count <= limits::diagnostics_max) diagnostics_.push_back(std::move(diagnostic));
}

std::string wanted_values(std::string_view field, std::span<const std::string_view> values) {
    std::string list;
    for (const std::string_view value : values)
        list += (list.empty() ? "" : ", ") + std::string(value);
    return "The field '" + std::string(field) + "' should have one of these values: [" + list + "]";
}

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& names) {
    const std::string_view closest = closest_name(written, names);
    return closest.empty() ? "" : "did you mean '" + std::string(closest) + "'?";
}

// --- tables --------------------------------------------------------------------------------------

void FieldReader::check_kind(const Field& field, const Value& value) const {
    const bool is_computed = field.kind == FieldKind::formula;
    if (is_computed && language_ == QueryLanguage::jsonata &&
        is_of_kind(value, FieldKind::formula)) {
        return;
    }
    const FieldKind wanted = is_computed ? field.literal : field.kind;
    if (is_of_kind(value, wanted)) return;
    std::string expected(kind_name(wanted));
    if (is_computed && language_ == QueryLanguage::jsonata) expected += " or a JSONata expression";
    sink_.error(child(field.name), "Expected value of type " + expected + " but found " +
                                       to_json(value).substr(0, 80));
}

void FieldReader::check(std::initializer_list<std::span<const Field>> tables) const {
    std::vector<std::string_view> allowed;
    std::string missing;
    for (const auto table : tables) {
        for (const Field& field : table) {
            if (is_allowed(field.language, language_)) allowed.push_back(field.name);
            const Value* value = object_.find(field.name);
            if (value == nullptr && field.presence == Presence::required) {
                missing += (missing.empty() ? "" : ", ") + std::string(field.name);
            }
            if (value != nullptr && is_allowed(field.language, language_))
                check_kind(field, *value);
        }
    }
    if (!missing.empty()) {
        // The plural form is recorded for the machine itself, the other for objects within it.
        sink_.error(pointer_, pointer_.empty() || missing.find(',') != std::string::npos
                                  ? "These fields are required: [" + missing + "]"
                                  : "The field '" + missing + "' is required but was missing");
    }
    for (const Member& member : object_.as_object()) {
        if (std::ranges::find(allowed, member.name()) != allowed.end()) continue;
        bool is_of_other_language = false;
        for (const auto table : tables) {
            for (const Field& field : table)
                is_of_other_language |= field.name == member.name();
        }
        const char* language = language_ == QueryLanguage::jsonata ? "JSONata" : "JSONPath";
        std::string message = "Field '" + std::string(member.name()) + "' is not supported";
        if (is_of_other_language)
            message += std::string(" in a state whose query language is ") + language;
        sink_.error(child(member.name()), std::move(message),
                    is_of_other_language ? "" : did_you_mean(member.name(), allowed));
    }
}

void FieldReader::check_exclusive(std::initializer_list<std::string_view> fields,
                                  Presence presence) const {
    std::size_t found = 0;
    std::string_view last;
    for (const std::string_view field : fields) {
        if (!has(field)) continue;
        ++found;
        last = field;
    }
    if (found > 1) {
        sink_.error(child(last), "Only one of these fields may be set: [" + list_of(fields) + "]");
    } else if (found == 0 && presence == Presence::required) {
        sink_.error(pointer_, "One of these fields is required: [" + list_of(fields) + "]");
    }
}

// --- single fields -------------------------------------------------------------------------------

std::optional<std::string> FieldReader::text(std::string_view field) const {
    const Value* value = object_.find(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->as_string());
}

std::optional<std::string>
FieldReader::one_of(std::string_view field, std::initializer_list<std::string_view> values) const {
    auto written = text(field);
    if (!written || std::ranges::find(values, *written) != values.end()) return written;
    sink_.error(child(field), wanted_values(field, values), did_you_mean(*written, {values}));
    return std::nullopt;
}

std::optional<std::int64_t> FieldReader::integer(std::string_view field, std::int64_t min,
                                                 std::int64_t max) const {
    const Value* value = object_.find(field);
    std::int64_t number = 0;
    if (value == nullptr || !value->to_integer(number)) return std::nullopt;
    if (number >= min && number <= max) return number;
    sink_.error(child(field), "Expected an integer from " + std::to_string(min) + " to " +
                                  std::to_string(max) + " but found " + to_json(*value));
    return std::nullopt;
}

std::optional<double> FieldReader::number(std::string_view field, double min) const {
    const Value* value = object_.find(field);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const double number = value->as_double();
    if (number >= min && std::isfinite(number)) return number;
    sink_.error(child(field), "Expected a number of at least " + number_text(min) + " but found " +
                                  to_json(*value));
    return std::nullopt;
}

std::optional<path::Path> FieldReader::path(std::string_view field) const {
    const Value* value = object_.find(field);
    if (value == nullptr || !value->is_string() || language_ != QueryLanguage::jsonpath) {
        return std::nullopt;
    }
    auto parsed = path::parse(value->as_string());
    if (parsed) return std::move(*parsed);
    sink_.error(child(field),
                "Value is not a valid JSONPath: " + parsed.error().message + ", at offset " +
                    std::to_string(parsed.error().offset) + " of '" +
                    std::string(value->as_string()) + "'",
                intrinsics::looks_like_call(value->as_string())
                    ? "intrinsic functions stand in Parameters, ResultSelector, ItemSelector and "
                      "Assign"
                    : "");
    return std::nullopt;
}

std::optional<path::Path> FieldReader::reference_path(std::string_view field) const {
    auto parsed = path(field);
    if (!parsed || parsed->is_reference()) return parsed;
    sink_.error(child(field), "Value is not a Reference Path: '" + parsed->text() + "'",
                "only names and indices may follow '$'");
    return std::nullopt;
}

std::optional<PathOrDiscard> FieldReader::path_or_discard(std::string_view field) const {
    const Value* value = object_.find(field);
    if (value == nullptr) return std::nullopt;
    if (value->is_null()) return PathOrDiscard{};
    auto parsed = path(field);
    if (!parsed) return std::nullopt;
    return PathOrDiscard{std::move(parsed)};
}

std::optional<PathOrDiscard> FieldReader::result_path() const {
    auto read = path_or_discard("ResultPath");
    if (!read || !read->path) return read;
    const path::Path& path = *read->path;
    if (path.is_reference() && path.root() == path::Root::input) return read;
    sink_.error(child("ResultPath"), "Value is not a Reference Path: '" + path.text() + "'",
                path.root() == path::Root::input
                    ? "only names and indices may follow '$'"
                    : "results go into the input; use Assign for variables");
    return std::nullopt;
}

std::optional<JsonataTemplate> FieldReader::jsonata(std::string_view field) const {
    const Value* value = object_.find(field);
    if (value == nullptr || language_ != QueryLanguage::jsonata) return std::nullopt;
    auto compiled = JsonataTemplate::compile(*value);
    if (compiled) return std::move(*compiled);
    for (const templates::TemplateFault& fault : compiled.error()) {
        sink_.error(child(field) + fault.pointer, fault.message);
    }
    return std::nullopt;
}

std::optional<Payload> FieldReader::payload(std::string_view field) const {
    const Value* value = object_.find(field);
    if (value == nullptr) return std::nullopt;
    if (language_ == QueryLanguage::jsonata) {
        auto compiled = jsonata(field);
        if (!compiled) return std::nullopt;
        return Payload(std::move(*compiled));
    }
    auto compiled = templates::compile(*value);
    if (compiled) return Payload(std::move(*compiled));
    // Recorded: the location is that of the field, wherever in the template the fault lies.
    for (const templates::TemplateFault& fault : compiled.error()) {
        sink_.error(child(field), fault.message, fault.hint);
    }
    return std::nullopt;
}

std::optional<NumberField> FieldReader::number_field(std::string_view field, std::int64_t min,
                                                     std::int64_t max) const {
    const std::string path_name = std::string(field) + "Path";
    if (language_ == QueryLanguage::jsonpath && has(path_name)) {
        check_exclusive({field, path_name}, Presence::optional);
        auto parsed = reference_path(path_name);
        if (!parsed) return std::nullopt;
        return NumberField{path_name, std::move(*parsed)};
    }
    const Value* value = object_.find(field);
    if (value == nullptr) return std::nullopt;
    if (language_ == QueryLanguage::jsonata && value->is_string()) {
        auto compiled = jsonata(field);
        if (!compiled) return std::nullopt;
        return NumberField{std::string(field), std::move(*compiled)};
    }
    const auto number = integer(field, min, max);
    if (!number) return std::nullopt;
    return NumberField{std::string(field), *number};
}

std::optional<NumberField> FieldReader::percentage_field(std::string_view field) const {
    const Value* value = object_.find(field);
    const bool is_fraction = value != nullptr && value->is_number() && !value->is_integer();
    if (!is_fraction) return number_field(field, 0, 100);
    const double percentage = value->as_double();
    if (percentage >= 0 && percentage <= 100) return NumberField{std::string(field), percentage};
    sink_.error(child(field), "Expected a number from 0 to 100 but found " + to_json(*value));
    return std::nullopt;
}

std::optional<TextField> FieldReader::text_field(std::string_view field) const {
    const std::string path_name = std::string(field) + "Path";
    if (language_ == QueryLanguage::jsonpath && has(path_name)) {
        check_exclusive({field, path_name}, Presence::optional);
        const auto written = text(path_name);
        if (!written) return std::nullopt;
        auto parsed = templates::parse_expression(*written);
        if (!parsed) {
            sink_.error(child(path_name), "Value is not a valid JSONPath or intrinsic function: " +
                                              parsed.error().message);
            return std::nullopt;
        }
        if (parsed->call() != nullptr && !parsed->call()->can_return_string()) {
            sink_.error(child(path_name),
                        "Only intrinsic functions that return a string may be used, not " +
                            std::string(parsed->call()->function_name()));
        }
        return TextField{path_name, std::move(*parsed)};
    }
    const Value* value = object_.find(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    if (language_ == QueryLanguage::jsonata && JsonataTemplate::is_expression(*value)) {
        auto compiled = jsonata(field);
        if (!compiled) return std::nullopt;
        return TextField{std::string(field), std::move(*compiled)};
    }
    if (language_ == QueryLanguage::jsonata) jsonata(field); // finds half an expression
    return TextField{std::string(field), std::string(value->as_string())};
}

} // namespace gradus
