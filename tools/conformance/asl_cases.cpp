#include "tools/conformance/asl_cases.hpp"

#include "gradus/json.hpp"

namespace gradus::conformance {

void run_asl_cases(const CorpusFile& file, const Report& report, const std::string& prefix,
                   const std::function<void(const Value& the_case, CaseResult&)>& run) {
    for (const Value& the_case : file.document.as_array()) {
        CaseResult result{.id = prefix + std::string(the_case["id"].as_string())};
        if (file.list_only) {
            result.outcome = Outcome::skipped;
        } else if (the_case["suspect"] == Value(true)) {
            result.outcome = Outcome::skipped;
            result.detail = "suspect: " + to_json(the_case["suspect_reasons"]);
        } else {
            run(the_case, result);
        }
        report(std::move(result));
    }
}

} // namespace gradus::conformance
