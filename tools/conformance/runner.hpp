#pragma once
// What the kinds of the conformance corpus have in common. A kind is a function that runs every
// case of one file and reports each; it knows the format of the file and nothing of any single
// case.

#include "gradus/value.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace gradus::conformance {

enum class Outcome { passed, failed, skipped };

/// One of many things that were tried on a case; their rates are printed in the end.
struct Measured {
    std::string what;
    bool is_noticed = false;
    bool is_placed = false; // and reported where it is
};

struct CaseResult {
    std::string id;
    Outcome outcome = Outcome::passed;
    std::string detail; // why it failed (expected, found) or was skipped
    std::vector<Measured> measured;
};

using Report = std::function<void(CaseResult)>;

/// One file of the corpus, parsed. `path` gives access to files beside it (data sets, rule sets).
struct CorpusFile {
    std::filesystem::path path;
    Value document;
    bool list_only = false; // report each case as skipped with an empty detail, run nothing
};

// Each runs the cases of one file in its kind's format.
void run_jsonata_file(const CorpusFile& file, const Report& report);   // conformance/jsonata/groups
void run_sigv4_file(const CorpusFile& file, const Report& report);     // conformance/aws/sigv4
void run_protocol_file(const CorpusFile& file, const Report& report);  // conformance/aws/protocol
void run_config_file(const CorpusFile& file, const Report& report);    // conformance/aws/config
void run_retries_file(const CorpusFile& file, const Report& report);   // conformance/aws/retries
void run_endpoints_file(const CorpusFile& file, const Report& report); // conformance/aws/endpoints
void run_execution_file(const CorpusFile& file, const Report& report); // conformance/asl, execution
void run_replay_file(const CorpusFile& file, const Report& report);    // the same, replayed
void run_changes_file(const CorpusFile& file, const Report& report);   // the same, changed first
void run_validation_file(const CorpusFile& file, const Report& report);
void run_teststate_file(const CorpusFile& file, const Report& report);
void run_api_file(const CorpusFile& file, const Report& report);

} // namespace gradus::conformance
