#pragma once
// JSON with JSONata in its strings: what every field of a JSONata state holds. A string that begins
// with "{%" and ends with "%}" is an expression, at any depth; everything else is literal. Compiled
// once; a template without expressions is one constant Value. Source: AWS, "Transforming data with
// JSONata in Step Functions".

#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/query/jsonata/jsonata.hpp"
#include "states/query/template.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// What the expressions of one field see.
struct JsonataData {
    const Value* variables = nullptr; // the workflow's variables, an object
    const Value* states = nullptr;    // $states, an object
    std::int64_t now_milliseconds = 0;
    Random* random = nullptr;
};

/// States.QueryEvaluationError without the state's prefix.
struct QueryEvaluationError {
    std::string message;
    std::string location; // "Output/result"

    friend bool operator==(const QueryEvaluationError&, const QueryEvaluationError&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const QueryEvaluationError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

/// Members of $states that a template reads, so that only these are made.
struct StatesReferences {
    bool any = false; // $states itself; without it nothing is made
    bool input = false;
    bool context = false;
    bool result = false;
    bool error_output = false;

    friend bool operator==(const StatesReferences&, const StatesReferences&) = default;
};

class JsonataTemplate {
public:
    struct Node;

    /// The value when nothing in it is computed; null otherwise.
    const Value* constant() const;
    const StatesReferences& references() const;
    /// Names that follow `$states.` in it, known or not, in the order of their first mention.
    const std::vector<std::string>& states_fields() const;
    /// Workflow variables that it reads, in the order of their first mention; unknown functions
    /// are among them.
    const std::vector<std::string>& variables_referenced() const;

    /// True for "{% … %}".
    static bool is_expression(const Value& json);
    /// One of the two delimiters without the other: meant as an expression, but none.
    static bool is_half_expression(const Value& json);
    static Result<JsonataTemplate, std::vector<templates::TemplateFault>>
    compile(const Value& json);

private:
    friend Result<Value, QueryEvaluationError>
    evaluate(const JsonataTemplate& compiled, std::string_view field, const JsonataData& data);
    friend QueryEvaluationError unexpected_type(const JsonataTemplate&, std::string_view,
                                                std::string_view, const Value&);
    QueryEvaluationError result_type_error(std::string_view field, const std::string& tail) const;

    struct Content;
    explicit JsonataTemplate(std::shared_ptr<const Content> content)
        : content_(std::move(content)) {}

    std::shared_ptr<const Content> content_;
};

/// `field` is the name that locations in messages begin with: "Output".
Result<Value, QueryEvaluationError> evaluate(const JsonataTemplate& compiled,
                                             std::string_view field, const JsonataData& data);

/// "returned an unexpected result type. Expected 'array', but was 'number' for value: 1", worded
/// for the expression when the template is one, and for the field otherwise.
QueryEvaluationError unexpected_type(const JsonataTemplate& compiled, std::string_view field,
                                     std::string_view expected, const Value& found);

} // namespace gradus
