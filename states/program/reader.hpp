#pragma once
// Reads the fields of one JSON object of a definition against a table of what may stand there, so
// that unknown, missing, mistyped and clashing fields are found by one piece of code.

#include "gradus/diagnostics.hpp"
#include "gradus/json.hpp"
#include "states/program/program.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

enum class FieldKind : std::uint8_t {
    any,
    text,
    boolean,
    integer,
    number,
    array,
    object,
    path,    // a text, or null
    formula, // in JSONata states a "{% … %}" text beside the literal kind, which `literal` names
};
enum class FieldLanguage : std::uint8_t { both, jsonpath, jsonata };
enum class Presence : std::uint8_t { optional, required };

struct Field {
    std::string_view name;
    FieldKind kind = FieldKind::any;
    FieldLanguage language = FieldLanguage::both;
    Presence presence = Presence::optional;
    FieldKind literal = FieldKind::any; // of a formula
};

/// "did you mean 'First'?", or nothing when no name is near.
std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& names);
/// "The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]" (recorded).
std::string wanted_values(std::string_view field, std::span<const std::string_view> values);

/// Collects faults, each of which has one of diagnostic_codes(), and of each severity the first
/// limits::diagnostics_max. One for a whole compilation.
class DiagnosticSink {
public:
    void error(std::string pointer, std::string message, std::string hint = {});
    void error_with_code(std::string code, std::string pointer, std::string message,
                         std::string hint = {});
    void warn(std::string code, std::string pointer, std::string message, std::string hint = {});
    std::vector<Diagnostic> take() { return std::move(diagnostics_); }
    bool has_errors() const { return errors_ > 0; }
    /// Looking for a near name takes time; after a hundred faults nobody waits for it any more.
    bool wants_hints() const { return errors_ + warnings_ < 100; }

private:
    void add(Diagnostic diagnostic);

    std::vector<Diagnostic> diagnostics_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

/// One object with its place and its language.
class FieldReader {
public:
    /// Borrows all of its arguments.
    FieldReader(const Value& object, std::string pointer, QueryLanguage language,
                DiagnosticSink& sink)
        : object_(object), pointer_(std::move(pointer)), language_(language), sink_(sink) {}

    const Value& object() const { return object_; }
    const std::string& pointer() const { return pointer_; }
    QueryLanguage language() const { return language_; }
    DiagnosticSink& sink() const { return sink_; }
    std::string child(std::string_view field) const { return pointer_child(pointer_, field); }

    /// Checks all members against the tables: unknown, missing, of the wrong kind or language.
    void check(std::initializer_list<std::span<const Field>> tables) const;
    /// At most one of these fields; with Presence::required exactly one.
    void check_exclusive(std::initializer_list<std::string_view> fields, Presence presence) const;

    bool has(std::string_view field) const { return object_.find(field) != nullptr; }
    /// Each gives nothing when the field is absent, or faulty, which is then reported.
    std::optional<std::string> text(std::string_view field) const;
    /// A text that must be one of these.
    std::optional<std::string> one_of(std::string_view field,
                                      std::initializer_list<std::string_view> values) const;
    std::optional<std::int64_t> integer(std::string_view field, std::int64_t min,
                                        std::int64_t max) const;
    std::optional<double> number(std::string_view field, double min) const;
    std::optional<PathOrDiscard> path_or_discard(std::string_view field) const;
    /// ResultPath: a reference path into the input, or null.
    std::optional<PathOrDiscard> result_path() const;
    std::optional<path::Path> path(std::string_view field) const;
    std::optional<path::Path> reference_path(std::string_view field) const;
    std::optional<Payload> payload(std::string_view field) const;
    std::optional<JsonataTemplate> jsonata(std::string_view field) const;
    /// A number under `field`, in JSONata states possibly computed, or under `field` + "Path".
    std::optional<NumberField> number_field(std::string_view field, std::int64_t min,
                                            std::int64_t max) const;
    /// A percentage, which may have a fraction, in the same forms.
    std::optional<NumberField> percentage_field(std::string_view field) const;
    /// A text under `field`, or under `field` + "Path" as a path or an intrinsic call.
    std::optional<TextField> text_field(std::string_view field) const;

private:
    void check_kind(const Field& field, const Value& value) const;

    const Value& object_;
    std::string pointer_;
    QueryLanguage language_;
    DiagnosticSink& sink_;
};

} // namespace gradus
