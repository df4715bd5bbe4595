// Cases of the conformance corpus about endpoints: parameters, and what the rule set beside the
// file makes of them.
#include "aws/endpoint/rule_set.hpp"
#include "gradus/json.hpp"
#include "tools/conformance/runner.hpp"

#include <fstream>

namespace gradus::conformance {
namespace {

/// The rule sets are nested more deeply than messages may be.
Result<Value> read_deep(const std::filesystem::path& path) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto parsed = parse_json(text);
    if (parsed) return std::move(*parsed);
    return Error{ErrorCode::invalid_argument,
                 path.filename().string() + ": " + parsed.error().message};
}

std::string difference(const Value& expected, const Result<aws::RuledEndpoint>& found) {
    if (const Value& error = expected["error"]; error.is_string()) {
        if (!found && error == Value(found.error().message)) return "";
        return "expected the error " + to_json(error) + ", found " +
               (found ? found->url : to_json(Value(found.error().message)));
    }
    const Value& endpoint = expected["endpoint"];
    if (!found)
        return "expected " + to_json(endpoint) + ", found the error " + found.error().message;
    const auto check = [&](std::string_view name, const Value& value) {
        const Value wanted =
            endpoint[name].is_null() && !value.is_string() ? Value::object() : endpoint[name];
        return wanted == value ? std::string()
                               : std::string(name) + ": expected " + to_json(wanted) + ", found " +
                                     to_json(value);
    };
    return check("url", found->url) + check("headers", found->headers) +
           check("properties", found->properties);
}

} // namespace

void run_endpoints_file(const CorpusFile& file, const Report& report) {
    const bool has_cases = file.path.filename() == "tests.json";
    const std::string folder = file.path.parent_path().filename().string();
    const auto document = read_deep(file.path.parent_path() / "rules.json");
    const auto rules =
        document ? aws::RuleSet::compile(*document) : Result<aws::RuleSet>(document.error());
    if (!has_cases) { // a rule set, which must load
        CaseResult result{.id = folder + "/rules"};
        if (file.list_only) {
            result.outcome = Outcome::skipped;
        } else if (!rules) {
            result.outcome = Outcome::failed;
            result.detail = rules.error().message;
        }
        return report(std::move(result));
    }
    for (const Value& the_case : file.document.as_array()) {
        CaseResult result{.id = std::string(the_case["id"].as_string())};
        if (file.list_only) {
            result.outcome = Outcome::skipped;
        } else {
            result.detail = rules
                                ? difference(the_case["expect"], rules->resolve(the_case["params"]))
                                : rules.error().message;
            if (!result.detail.empty()) result.outcome = Outcome::failed;
        }
        report(std::move(result));
    }
}

} // namespace gradus::conformance
