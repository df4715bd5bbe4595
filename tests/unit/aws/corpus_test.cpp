// Runs the AWS part of the conformance corpus where it is at hand: in $GRADUS_SHARED, or in
// "../shared" beside the project root.
#include "tools/conformance/runner.hpp"

#include "aws/endpoint/endpoint.hpp"
#include "aws/model/models.hpp"

#include "gradus/json.hpp"

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
    EXPECT_EQ(counts.passed, 263);
}

// Until rule sets are built: the rows that ask for neither FIPS, dual stack nor a URL.
TEST(AwsCorpus, plain_endpoints_of_the_built_in_services) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";
    aws::ModelCache models;
    int checked = 0;

    for (const auto& entry : std::filesystem::directory_iterator(*folder / "endpoints/services")) {
        std::string name = entry.path().filename().string();
        if (name == "stepfunctions") name = "states";
        const auto model = models.get(name);
        if (!model) continue;
        const Value document = read_json(entry.path() / "tests.json");
        const Value& cases = document.is_array() ? document : document["testCases"];
        for (const Value& each : cases.as_array()) {
            const Value& params = each["params"];
            const bool is_plain = params["Region"].is_string() && !is_true(params["UseFIPS"]) &&
                                  !is_true(params["UseDualStack"]) &&
                                  params["Endpoint"].is_null() && params.size() == 3 &&
                                  params["Region"] != Value("local");
            if (!is_plain || each["expect"]["endpoint"].is_null()) continue;
            const auto endpoint =
                aws::resolve_endpoint((*model)->metadata(), params["Region"].as_string(), "", {});
            ASSERT_TRUE(endpoint) << endpoint.error().message;
            EXPECT_EQ(each["expect"]["endpoint"]["url"], Value("https://" + endpoint->url.host))
                << name;
            ++checked;
        }
    }

    EXPECT_GT(checked, 200);
    std::printf("endpoints: %d checked\n", checked);
}

TEST(AwsCorpus, protocols) {
    const auto folder = corpus();
    if (!folder) GTEST_SKIP() << "no conformance corpus beside the project";

    const Counts counts = run_folder(*folder / "protocol", run_protocol_file);

    EXPECT_EQ(counts.failed, 0);
}

} // namespace
