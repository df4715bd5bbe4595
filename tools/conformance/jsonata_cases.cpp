// The language test suite of JSONata: an array of cases {id, expr, data or dataset, bindings,
// timelimit, depth} with a result, undefinedResult or an error code.

#include "gradus/json.hpp"
#include "states/query/jsonata/jsonata.hpp"
#include "tools/conformance/runner.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace gradus::conformance {

namespace {

// The suite limits milliseconds of the reference; evaluation here counts steps, of which it makes
// more than that many in a millisecond.
constexpr std::uint64_t steps_per_millisecond = 10'000;

std::optional<Value> read_json(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    auto parsed = parse_json(text.str());
    if (!stream || !parsed) return {};
    return std::move(*parsed);
}

// Numbers of the suite are doubles, and so are those of the language.
Value as_doubles(const Value& value) {
    if (value.is_number()) {
        const double number = value.as_double();
        std::int64_t integer = 0;
        return value.to_integer(integer) ? Value(integer) : Value(number);
    }
    if (value.is_array()) {
        Array elements;
        for (const Value& element : value.as_array())
            elements.push_back(as_doubles(element));
        return Value(std::move(elements));
    }
    if (!value.is_object()) return value;
    ObjectBuilder builder;
    for (const Member& member : value.as_object())
        builder.append(member.key, as_doubles(member.value));
    return builder.build();
}

std::string shown(const Value& value) {
    constexpr std::size_t shown_bytes_max = 400;
    std::string text = to_json(value);
    if (text.size() > shown_bytes_max) text.resize(shown_bytes_max);
    return text;
}

bool equal_unordered(const Value& a, const Value& b) {
    if (!a.is_array() || !b.is_array() || a.size() != b.size()) return false;
    std::vector<Value> rest(b.as_array().begin(), b.as_array().end());
    for (const Value& element : a.as_array()) {
        const auto found = std::find(rest.begin(), rest.end(), element);
        if (found == rest.end()) return false;
        rest.erase(found);
    }
    return true;
}

// Empty when the error is the expected one.
std::string judge_error(const Value& test, const jsonata::Error& error) {
    const Value& code = test["code"];
    if (!code.is_string()) return "expected a result, found " + error.text();
    if (code.as_string() != error.code)
        return "expected " + std::string(code.as_string()) + ", found " + error.text();
    const Value& token = test["token"];
    if (token.is_string() && token.as_string() != error.token)
        return "expected token " + shown(token) + ", found " + error.token;
    const Value& message = test["message"];
    const bool fixed = error.code == "D3137" || error.code == "D3141";
    if (fixed && message.is_string() && message.as_string() != error.message)
        return "expected message " + shown(message) + ", found " + error.message;
    return {};
}

std::string judge(const Value& test, const jsonata::Outcome& outcome) {
    const bool is_undefined = outcome.kind == jsonata::Outcome::Kind::undefined;
    const std::string found = is_undefined ? "undefined" : shown(outcome.value);
    if (test["code"].is_string()) return "expected " + shown(test["code"]) + ", found " + found;
    if (test["undefinedResult"] == Value(true))
        return is_undefined ? "" : "expected undefined, found " + found;
    const Value* result = test.find("result");
    if (result == nullptr) return "the case says nothing to expect";
    const Value expected = as_doubles(*result);
    const Value actual = as_doubles(outcome.value);
    const bool unordered = test["unordered"] == Value(true);
    const bool same = unordered ? equal_unordered(expected, actual) : expected == actual;
    if (same && outcome.kind == jsonata::Outcome::Kind::value) return {};
    return "expected " + shown(expected) + ", found " + found;
}

class Runner {
public:
    explicit Runner(const std::filesystem::path& file)
        : datasets_(file.parent_path().parent_path() / "datasets") {}

    std::string run(const Value& test) {
        std::optional<Value> input;
        if (const Value* data = test.find("data")) input = *data;
        if (test["dataset"].is_string()) {
            input = read_json(datasets_ / (std::string(test["dataset"].as_string()) + ".json"));
            if (!input) return "the data set " + shown(test["dataset"]) + " can't be read";
        }
        std::vector<jsonata::Binding> variables;
        if (test["bindings"].is_object()) {
            for (const Member& member : test["bindings"].as_object())
                variables.push_back({member.name(), member.value});
        }
        const auto expression = jsonata::compile(test["expr"].as_string());
        if (!expression) return judge_error(test, expression.error());
        jsonata::Limits limits;
        if (test["timelimit"].is_integer())
            limits.steps_max =
                static_cast<std::uint64_t>(test["timelimit"].as_integer()) * steps_per_millisecond;
        if (test["depth"].is_integer())
            limits.depth_max = static_cast<std::uint32_t>(test["depth"].as_integer());
        Random random;
        const jsonata::Bindings bindings{.input = input ? &*input : nullptr,
                                         .variables = variables,
                                         .now_milliseconds = 1'700'000'000'000,
                                         .random = &random};
        const auto outcome = jsonata::evaluate(*expression, bindings, limits);
        return outcome ? judge(test, *outcome) : judge_error(test, outcome.error());
    }

private:
    std::filesystem::path datasets_;
};

} // namespace

void run_jsonata_file(const CorpusFile& file, const Report& report) {
    if (!file.document.is_array()) {
        report({file.path.stem().string(), Outcome::failed, "the file is not an array of cases"});
        return;
    }
    Runner runner(file.path);
    for (const Value& test : file.document.as_array()) {
        CaseResult result;
        const Value& id = test["id"];
        result.id = id.is_string() ? std::string(id.as_string()) : file.path.stem().string();
        if (file.list_only) {
            result.outcome = Outcome::skipped;
        } else if (test["skip"].is_string() || !test["expr"].is_string()) {
            result.outcome = Outcome::skipped;
            result.detail = test["skip"].is_string() ? std::string(test["skip"].as_string())
                                                     : "the text isn't representable in UTF-8";
        } else {
            result.detail = runner.run(test);
            if (!result.detail.empty()) result.outcome = Outcome::failed;
        }
        report(std::move(result));
    }
}

} // namespace gradus::conformance
