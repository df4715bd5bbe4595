// gradus eval EXPRESSION: one query on its own, as a state would evaluate it.
#include "gradus/json.hpp"
#include "states/query/intrinsics/intrinsics.hpp"
#include "states/query/jsonata/jsonata.hpp"
#include "states/query/path/path.hpp"
#include "states/query/template.hpp"
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::string expression;
    std::string input = "{}";
    std::string context = "{}";
    std::string variables = "{}";
    std::uint64_t seed = 0;
    bool is_path = false;
    bool is_intrinsic = false;
    bool is_standard = false;
    bool is_pretty = false;
};

std::int64_t clock_milliseconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

int show(const Value& value, const Options& options) {
    const std::string text = options.is_pretty ? to_pretty_json(value) : to_json(value);
    std::printf("%s\n", text.c_str());
    return success;
}

/// The line of the expression that a fault lies in, with a mark below it, and what is wrong.
int show_fault(const std::string& expression, std::size_t offset, const std::string& message,
               ExitCode code) {
    offset = std::min(offset, expression.size());
    const std::size_t begin = offset == 0 ? 0 : expression.rfind('\n', offset - 1) + 1;
    const std::size_t end = std::min(expression.find('\n', offset), expression.size());
    const std::string mark(offset - begin > 0 ? offset - begin - 1 : 0, ' ');
    std::fprintf(stderr, "%s\n%s^\n", expression.substr(begin, end - begin).c_str(), mark.c_str());
    complain(message);
    return code;
}

/// What stands between "{%" and "%}"; texts without them are taken as they are.
std::string without_delimiters(const std::string& text) {
    if (text.size() < 4 || !text.starts_with("{%") || !text.ends_with("%}")) return text;
    return text.substr(2, text.size() - 4);
}

void warn_of_input_use(const jsonata::Expression& expression) {
    if (!expression.input_use().any()) return;
    complain("note: in a state there is no input document; `$`, `$$` and bare names stand for "
             "nothing at the top of an expression, write $states.input");
}

int evaluate_jsonata(const Options& options, const Value& input, const Value& context,
                     const Value& variables) {
    const std::string text = without_delimiters(options.expression);
    const auto dialect =
        options.is_standard ? jsonata::Dialect::standard : jsonata::Dialect::step_functions;
    const auto expression = jsonata::compile(text, dialect);
    if (!expression) {
        const jsonata::Error& error = expression.error();
        return show_fault(text, error.position, error.text(), usage);
    }
    if (!options.is_standard) warn_of_input_use(*expression);

    std::vector<jsonata::Binding> bindings;
    for (const Member& variable : variables.as_object())
        bindings.push_back({variable.name(), variable.value});
    bindings.push_back({"states", Value::object({{"input", input}, {"context", context}})});
    Random random{.seed = options.seed};
    const auto outcome = jsonata::evaluate(*expression, {.input = &input,
                                                         .variables = bindings,
                                                         .now_milliseconds = clock_milliseconds(),
                                                         .random = &random});
    if (!outcome) {
        const jsonata::Error& error = outcome.error();
        return show_fault(text, error.position, error.text(), failure);
    }
    switch (outcome->kind) {
    case jsonata::Outcome::Kind::value: return show(outcome->value, options);
    case jsonata::Outcome::Kind::undefined:
        complain("the expression returned nothing (undefined)");
        return failure;
    case jsonata::Outcome::Kind::function:
        complain("the expression returned a function, which is no JSON");
        return failure;
    }
    return failure;
}

int evaluate_expression(const Options& options, const Scope& scope) {
    const auto expression = templates::parse_expression(options.expression);
    if (!expression) {
        return show_fault(options.expression, expression.error().offset + 1,
                          expression.error().message, usage);
    }
    if (options.is_path != (expression->path() != nullptr)) {
        complain(options.is_path ? "expected a path, which begins with '$', but found a call"
                                 : "expected a call such as States.Format(…) but found a path");
        return usage;
    }
    const auto value = templates::evaluate(*expression, "value", scope);
    if (value) return show(*value, options);
    complain(value.error().message);
    return failure;
}

Result<int> evaluate(const Options& options) {
    GRADUS_TRY(const Value input, read_json_argument(options.input));
    GRADUS_TRY(const Value context, read_json_argument(options.context));
    GRADUS_TRY(const Value variables, read_json_argument(options.variables));
    if (!variables.is_object()) {
        return Error{ErrorCode::invalid_argument,
                     "--variables must be a JSON object, but is " + to_json(variables)};
    }
    if (options.is_path || options.is_intrinsic) {
        return evaluate_expression(
            options, FixedScope(input, context, variables, Random{.seed = options.seed}));
    }
    return evaluate_jsonata(options, input, context, variables);
}

} // namespace

void add_eval(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("eval", "Evaluate one query and print its value");
    command
        ->add_option("EXPRESSION", options->expression,
                     "JSONata, with or without {% %}; with --path a JSONPath")
        ->required();
    command->add_option("--input", options->input,
                        "$states.input, or `$` of a path: JSON, @FILE, or - for standard input");
    command->add_option("--context", options->context, "The context object, in the same forms");
    command->add_option("--variables", options->variables,
                        "Workflow variables, an object: {\"name\": value}");
    command->add_option("--seed", options->seed, "Seed of random draws")
        ->check(CLI::Range(std::int64_t{0}, INT64_MAX));
    auto* path = command->add_flag("--path", options->is_path, "Evaluate a JSONPath");
    auto* intrinsic =
        command->add_flag("--intrinsic", options->is_intrinsic, "Evaluate an intrinsic function");
    auto* standard = command->add_flag("--standard", options->is_standard,
                                       "Plain JSONata, without what Step Functions changed");
    path->excludes(intrinsic);
    standard->excludes(path)->excludes(intrinsic);
    command->add_flag("--pretty", options->is_pretty, "Print the value over several lines");
    set_action(*command, exit_code, [options] { return evaluate(*options); });
}

} // namespace gradus::cli
