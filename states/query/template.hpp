#pragma once
// Payload templates (States language, "Payload Template"): JSON in which a member "k.$" holds a
// path or an intrinsic call whose result becomes member "k". Used by Parameters, ResultSelector,
// ItemSelector, Assign, BatchInput and Credentials. Compiled once; whatever holds nothing dynamic
// is one constant Value, shared by all results.

#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/query/intrinsics/intrinsics.hpp"
#include "states/query/path/path.hpp"
#include "states/query/scope.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus::templates {

/// A fault in a template. The pointer leads from the template's root to the object with the faulty
/// member; AWS's diagnostics name the whole field only.
struct TemplateFault {
    std::string pointer;
    std::string key;     // the faulty member's name, "x.$"; empty for the template itself
    std::string message; // AWS's words, without " at /States/…"
    std::string hint = {};

    friend bool operator==(const TemplateFault&, const TemplateFault&) = default;
};

enum class TemplateErrorKind {
    path,      // States.Runtime
    intrinsic, // States.IntrinsicFailure
};

/// Why a template couldn't be filled. `message` is complete, save for the state's prefix: "The
/// JSONPath
/// '$.X' specified for the field 'KEY.$' could not be found in the input 'JSON'".
struct TemplateError {
    TemplateErrorKind kind = TemplateErrorKind::path;
    std::string key;        // "item.$"
    std::string expression; // the path or call as written
    std::string message;

    friend bool operator==(const TemplateError&, const TemplateError&) = default;
};

/// A path or an intrinsic call: what a ".$" member, ErrorPath and CausePath hold.
class Expression {
public:
    explicit Expression(path::Path path) : content_(std::move(path)) {}
    explicit Expression(intrinsics::Call call) : content_(std::move(call)) {}

    const std::string& text() const;
    /// Null when it is a call, and the other way round.
    const path::Path* path() const { return std::get_if<path::Path>(&content_); }
    const intrinsics::Call* call() const { return std::get_if<intrinsics::Call>(&content_); }
    std::vector<std::string> variables_referenced() const;

private:
    std::variant<path::Path, intrinsics::Call> content_;
};

/// Decides by the first characters which of the two a text is meant to be.
Result<Expression, path::SyntaxError> parse_expression(std::string_view text);
/// `field` is the name to put into the message: "item.$", "ErrorPath".
Result<Value, TemplateError> evaluate(const Expression& expression, std::string_view field,
                                      const Scope& scope);

struct Node; // one place of a template

/// A compiled template: immutable, as cheap to copy as a pointer.
class Template {
public:
    /// The template's value when nothing in it is dynamic; null otherwise.
    const Value* constant() const;
    /// Variables of all paths in it, in the order of their first mention.
    std::vector<std::string> variables_referenced() const;

    const Node& node() const { return *node_; }

private:
    friend Result<Template, std::vector<TemplateFault>> compile(const Value& json);
    explicit Template(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

    std::shared_ptr<const Node> node_;
};

/// Any JSON is accepted at the top: whether a field demands an object is the field's rule.
Result<Template, std::vector<TemplateFault>> compile(const Value& json);
Result<Value, TemplateError> evaluate(const Template& compiled, const Scope& scope);

[[noreturn]] inline void throw_exception_from_error(const std::vector<TemplateFault>&,
                                                    const boost::source_location& where) {
    assertion_failed("faulty template", where.file_name(), static_cast<int>(where.line()));
}
[[noreturn]] inline void throw_exception_from_error(const TemplateError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus::templates
