// gradus-conformance: runs recorded behaviour, given as data, against this build.
#include "gradus/json.hpp"
#include "tools/conformance/runner.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

namespace gradus::conformance {
namespace {

using RunFile = void (*)(const CorpusFile&, const Report&);

/// What is done with recorded executions.
enum class Kind { cases, replay, changes };

/// What a file holds shows in the folder it lies in, and for ASL cases in the kind of its first
/// case.
RunFile runner_for(const CorpusFile& file, Kind kind_wanted) {
    if (kind_wanted != Kind::cases) {
        const bool is_list = file.document.is_array() && file.document.size() > 0;
        const bool is_recorded = is_list && file.document[0]["kind"] == Value("execution");
        if (!is_recorded) return nullptr;
        return kind_wanted == Kind::replay ? run_replay_file : run_changes_file;
    }
    const std::string path = file.path.generic_string();
    const auto lies_in = [&](std::string_view folder) {
        return path.find(folder) != std::string::npos;
    };
    if (lies_in("/sigv4/")) return run_sigv4_file;
    if (lies_in("/protocol/")) return run_protocol_file;
    if (lies_in("/aws/config/")) return run_config_file;
    if (lies_in("/retries/")) return run_retries_file;
    const std::string name = file.path.filename().string();
    if (lies_in("/endpoints/") && (name == "tests.json" || name == "rules.json"))
        return run_endpoints_file;
    if (lies_in("/groups/")) return run_jsonata_file;
    if (!file.document.is_array() || file.document.size() == 0) return nullptr;
    const Value& kind = file.document[0]["kind"];
    if (kind == Value("execution")) return run_execution_file;
    if (kind == Value("validation")) return run_validation_file;
    if (kind == Value("teststate")) return run_teststate_file;
    if (kind == Value("api")) return run_api_file;
    return nullptr;
}

std::vector<std::filesystem::path> files_below(const std::vector<std::string>& paths) {
    std::vector<std::filesystem::path> files;
    for (const std::string& path : paths) {
        if (!std::filesystem::is_directory(path)) {
            files.emplace_back(path);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
            const std::string parent = entry.path().parent_path().filename().string();
            // Data sets and rule sets are read by the cases that name them.
            if (entry.path().extension() == ".json" && parent != "datasets")
                files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

/// "jsonata", "sigv4", "protocol"…: the part of the corpus that a file belongs to.
std::string group_of(const std::filesystem::path& path) {
    const std::string text = path.generic_string();
    for (const char* group :
         {"sigv4", "protocol", "config", "retries", "endpoints", "jsonata", "asl"}) {
        if (text.find("/" + std::string(group) + "/") != std::string::npos) return group;
    }
    return "other";
}

struct Totals {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
};

class Reporter {
public:
    Reporter(bool list_only, std::ostream* report_file)
        : list_only_(list_only), report_file_(report_file) {}

    void take(const std::string& file, const std::string& group, const CaseResult& result) {
        if (list_only_) {
            std::printf("%s\n", result.id.c_str());
            return;
        }
        const char* word = "passed";
        if (result.outcome == Outcome::passed) ++totals_.passed;
        if (result.outcome == Outcome::failed) {
            ++totals_.failed;
            word = "failed";
            std::printf("FAILED %s: %s\n  %s\n", file.c_str(), result.id.c_str(),
                        result.detail.c_str());
        }
        if (result.outcome == Outcome::skipped) {
            ++totals_.skipped;
            word = "skipped";
            std::printf("SKIPPED %s: %s: %s\n", file.c_str(), result.id.c_str(),
                        result.detail.c_str());
        }
        for (const Measured& one : result.measured) {
            Rate& rate = rates_[one.what];
            ++rate.tried;
            if (one.is_noticed) ++rate.noticed;
            if (one.is_placed) ++rate.placed;
        }
        if (report_file_ == nullptr) return;
        *report_file_ << to_json(Value::object({{"file", file},
                                                {"group", group},
                                                {"id", result.id},
                                                {"outcome", word},
                                                {"detail", result.detail}}))
                      << '\n';
    }
    const Totals& totals() const { return totals_; }
    void print_rates() const {
        for (const auto& [what, rate] : rates_) {
            std::printf("%s: %zu changed, %zu noticed (%.1f %%), %zu reported where they are "
                        "(%.1f %%)\n",
                        what.c_str(), rate.tried, rate.noticed, rate.percent(rate.noticed),
                        rate.placed, rate.percent(rate.placed));
        }
    }

private:
    struct Rate {
        std::size_t tried = 0;
        std::size_t noticed = 0;
        std::size_t placed = 0;
        double percent(std::size_t part) const {
            return 100.0 * static_cast<double>(part) / static_cast<double>(tried);
        }
    };

    bool list_only_;
    std::ostream* report_file_;
    Totals totals_;
    std::map<std::string, Rate> rates_;
};

int run(const std::vector<std::string>& paths, const std::string& report_path, bool list_only,
        Kind kind) {
    std::ofstream report_file;
    if (!report_path.empty()) report_file.open(report_path);
    if (!report_path.empty() && !report_file) {
        std::fprintf(stderr, "gradus-conformance: can't write %s\n", report_path.c_str());
        return 2;
    }
    Reporter reporter(list_only, report_path.empty() ? nullptr : &report_file);
    for (const auto& path : files_below(paths)) {
        std::ifstream in(path, std::ios::binary);
        std::stringstream text;
        text << in.rdbuf();
        const auto document = parse_json(text.str());
        if (!in || !document) {
            std::fprintf(stderr, "gradus-conformance: %s can't be read: %s\n", path.c_str(),
                         document ? "no such file" : document.error().message.c_str());
            return 2;
        }
        const CorpusFile file{.path = path, .document = *document, .list_only = list_only};
        const std::string name = path.filename().string();
        const std::string group = kind == Kind::cases    ? group_of(path)
                                  : kind == Kind::replay ? "replay"
                                                         : "replay-changed";
        const RunFile run_file = runner_for(file, kind);
        if (run_file == nullptr && kind != Kind::cases) continue;
        if (run_file == nullptr) {
            const std::size_t cases = document->is_array() ? document->size() : 1;
            for (std::size_t i = 0; i < cases; ++i) {
                const Value& id = document->is_array() ? (*document)[i]["id"] : Value();
                reporter.take(name, group,
                              {.id = id.is_string() ? std::string(id.as_string()) : name,
                               .outcome = Outcome::skipped,
                               .detail = "cases of this kind aren't run yet"});
            }
            continue;
        }
        run_file(file, [&](const CaseResult& result) { reporter.take(name, group, result); });
    }
    if (list_only) return 0;
    reporter.print_rates();
    const Totals& totals = reporter.totals();
    std::printf("%zu passed, %zu failed, %zu skipped\n", totals.passed, totals.failed,
                totals.skipped);
    return totals.failed == 0 ? 0 : 1;
}

} // namespace
} // namespace gradus::conformance

int main(int argc, char** argv) {
    CLI::App app("Runs recorded behaviour against this build of gradus");
    std::vector<std::string> paths;
    std::string report_path;
    bool list_only = false;
    gradus::conformance::Kind kind = gradus::conformance::Kind::cases;
    bool is_replay = false;
    bool is_changed = false;
    app.add_option("PATH", paths, "Files or folders of cases")
        ->required()
        ->check(CLI::ExistingPath);
    app.add_option("--report", report_path,
                   "Write each case's outcome here, one JSON object a line");
    app.add_flag("--replay", is_replay,
                 "Replay the recorded executions instead of running the cases");
    app.add_flag("--replay-changed", is_changed,
                 "Replay the recorded executions with something changed at random in each, which "
                 "must be noticed")
        ->excludes("--replay");
    app.add_flag("--list", list_only, "Print the ids of the cases and run nothing");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : 2;
    }
    if (is_replay) kind = gradus::conformance::Kind::replay;
    if (is_changed) kind = gradus::conformance::Kind::changes;
    return gradus::conformance::run(paths, report_path, list_only, kind);
}
