#pragma once
// The query language JSONata (2.x), evaluated over Value. An expression is compiled once and then
// evaluated any number of times, by any number of threads. Pure: time and randomness are arguments.
//
// Everything an expression can waste is bounded by Limits; crossing one is the error U1001.

#include "gradus/json.hpp"
#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/base/base.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::jsonata {

enum class Dialect {
    standard,
    /// As AWS Step Functions has it: $partition, $range, $hash, $random([seed]), $uuid and $parse
    /// are there, $eval is not. AWS, "Transforming data with JSONata in Step Functions".
    step_functions,
};

/// A fault of an expression, with the code and the wording of the reference implementation, because
/// AWS shows them as "CODE: message".
struct Error {
    std::string code;
    std::size_t position = 0; // bytes from the start to the end of the token concerned
    std::string token;
    std::string message;
    Value value; // the offending value, where the code has one

    // Declared so that a string isn't taken for an Error where a Result<std::string> is made.
    Error() = default;

    /// "T1006: Attempted to invoke a non-function".
    std::string text() const { return code + ": " + message; }

    friend bool operator==(const Error&, const Error&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

/// How an expression uses the input document outside of any path step or predicate.
struct InputUse {
    bool bare_name = false; // a field name, `*`, `**`
    bool context = false;   // `$`
    bool root = false;      // `$$`

    bool any() const { return bare_name || context || root; }
};

struct Program;

/// A compiled expression: immutable, cheap to copy, usable by several threads at once.
class Expression {
public:
    explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

    /// What it was compiled from.
    const std::string& text() const;
    /// Variables that it reads and doesn't bind itself, each with the names that follow:
    /// `$states.context.Task.Token` is {"states", "context", "Task", "Token"}. Functions of the
    /// language are left out. In order of first use, without repetition.
    const std::vector<std::vector<std::string>>& free_variables() const;
    const InputUse& input_use() const;
    const Program& program() const { return *program_; }

private:
    std::shared_ptr<const Program> program_;
};

/// Names of the language's functions, without `$`.
std::vector<std::string_view> function_names(Dialect dialect);

/// Fails with the first syntax error.
Result<Expression, Error> compile(std::string_view text, Dialect dialect = Dialect::standard);

struct Binding {
    std::string_view name; // without `$`
    Value value;
};

struct Bindings {
    const Value* input = nullptr; // absent means undefined
    std::span<const Binding> variables;
    std::int64_t now_milliseconds = 0; // since 1970-01-01, for $now and $millis
    Random* random = nullptr;          // $random, $shuffle and $uuid draw from it
};

struct Limits {
    /// Nodes evaluated, and elements that functions go through.
    std::uint64_t steps_max = 50'000'000;
    /// Nested evaluations, counted like those of the reference implementation.
    std::uint32_t depth_max = 2'000;
    /// The machine stack that evaluation may use, whatever depth_max says.
    std::size_t stack_bytes_max = 2 * 1024 * 1024;
    /// Elements put in arrays, over the whole evaluation.
    std::uint64_t elements_max = 20'000'000;
    /// Bytes of text made, over the whole evaluation.
    std::uint64_t text_bytes_max = 256 * 1024 * 1024;
};

struct Outcome {
    enum class Kind {
        undefined,
        value,
        function, // also a regular expression, which is a function in JSONata
    };
    Kind kind = Kind::undefined;
    Value value;
};

/// Evaluates; the same arguments give the same outcome.
Result<Outcome, Error> evaluate(const Expression& expression, const Bindings& bindings,
                                const Limits& limits = {});

/// The message of an error code with its placeholders filled.
std::string message_of(const Error& error, const Value& other_value = {});

} // namespace gradus::jsonata
