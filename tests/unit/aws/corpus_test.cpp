// Runs the AWS part of the conformance corpus where it is at hand: in $GRADUS_SHARED, or in
// "../shared" beside the project root.
#include "tools/conformance/runner.hpp"

#include "aws/endpoint/endpoint.hpp"
#include "aws/model/models.hpp"

#include "gradus/json.hpp"
#include "tests/support/all_services.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace {

using namespace gradus;
using namespace gradus::conformance;

std::optional<std::filesystem::path> corpus() {
    const char* shared = std::getenv("GRADUS_SHARED");
    const std::filesystem::path root =
        shared != nullptr ? std::filesystem::path(shared)
                          : std::filesystem::path(GRADUS_SOURCE_DIR) / ".." / "shared";
    const std::filesystem::path folder = root / "conformance" / "aws";
    if (!std::filesystem::is_directory(folder)) return std::nullopt;
    return folder;
}

Value read_json(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    const Result<Value, JsonError> document = parse_json(text);
    EXPECT_TRUE(document) << path;
    return document ? *document : Value();
}

bool is_true(const Value& value) { return value.is_boolean() && value.as_boolean(); }

using Kind = void (*)(const CorpusFile&, const Report&);

struct Counts {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
};

Counts run_folder(const std::filesystem::path& folder, Kind kind) {
    Counts counts;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& path : files) {
        kind({path, read_json(path)}, [&](const CaseResult& result) {
            if (result.outcome == Outcome::passed) ++counts.passed;
            if (result.outcome == Outcome::skipped) ++counts.skipped;
            if (result.outcome != Outcome::failed) return;
            ++counts.failed;
            ADD_FAILURE() << path.filename() << ' ' << result.id << ": " << result.detail;
        });
    }
    std::printf("%s: %d passed, %d failed, %d skipped\n", folder.filename().c_str(), counts.passed,
                counts.failed, counts.skipped);
    return counts;
}

TEST(AwsCorpus, signing) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";

    const Counts counts = run_folder(*folder / "sigv4", run_sigv4_file);

    EXPECT_EQ(counts.failed, 0);
    EXPECT_EQ(counts.passed, 77);
}

TEST(AwsCorpus, shared_files) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";

    const Counts counts = run_folder(*folder / "config", run_config_file);

    EXPECT_EQ(counts.failed, 0);
    EXPECT_EQ(counts.passed, 21);
}

TEST(AwsCorpus, retries) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";

    const Counts counts = run_folder(*folder / "retries", run_retries_file);

    EXPECT_EQ(counts.failed, 0);
    EXPECT_EQ(counts.passed, 267);
}

/// Whether a case asks for nothing but what a client has from its settings. A URL with FIPS or dual
/// stack is refused by the rules and taken by the client, like the AWS CLI does.
bool is_about_settings(const Value& params) {
    for (const Member& param : params.as_object())
        if (param.name() != "Region" && param.name() != "UseFIPS" &&
            param.name() != "UseDualStack" && param.name() != "Endpoint")
            return false;
    const bool is_variant = is_true(params["UseFIPS"]) || is_true(params["UseDualStack"]);
    return params["Region"].is_string() && (params["Endpoint"].is_null() || !is_variant);
}

// What the rules' own cases say must hold for the client with its own models.
TEST(AwsCorpus, endpoints_of_the_client) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";
    aws::ModelCache models(all_services());
    aws::EndpointRules rules;
    int checked = 0;

    for (const auto& entry : std::filesystem::directory_iterator(*folder / "endpoints/services")) {
        const std::string name = entry.path().filename().string();
        const auto model = models.get(name);
        ASSERT_TRUE(model) << model.error().message;
        const Value document = read_json(entry.path() / "tests.json");
        const Value& cases = document.is_array() ? document : document["testCases"];
        for (const Value& each : cases.as_array()) {
            const Value& params = each["params"];
            if (!is_about_settings(params)) continue;
            const std::string region(params["Region"].as_string());
            aws::EndpointSettings settings;
            settings.use_fips = is_true(params["UseFIPS"]);
            settings.use_dual_stack = is_true(params["UseDualStack"]);
            if (params["Endpoint"].is_string()) settings.all = params["Endpoint"].as_string();
            const Value input = Value::object();
            const auto endpoint = rules.resolve(
                *model,
                {.operation = (*model)->operations().front(), .input = input, .region = region},
                settings);
            const Value& expected = each["expect"]["endpoint"];
            ASSERT_EQ(endpoint.has_value(), !expected.is_null())
                << name << ' ' << to_json(each["documentation"]);
            ++checked;
            if (!endpoint) continue;
            const std::string_view scheme =
                endpoint->url.scheme == aws::HttpRequest::Scheme::https ? "https://" : "http://";
            EXPECT_EQ(expected["url"],
                      Value(std::string(scheme) + endpoint->url.host_header() + endpoint->url.path))
                << name << ' ' << to_json(each["documentation"]);
        }
    }

    EXPECT_GT(checked, 500);
    std::printf("endpoints: %d checked\n", checked);
}

TEST(AwsCorpus, protocols) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";

    const Counts counts = run_folder(*folder / "protocol", run_protocol_file);

    EXPECT_EQ(counts.failed, 0);
}

} // namespace
