#pragma once
// Diagnostics as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), which editors
// and code hosts read.

#include "gradus/diagnostics.hpp"
#include "gradus/value.hpp"

#include <string>
#include <vector>

namespace gradus::cli {

struct CheckedFile {
    std::string path;
    std::string text;
    std::vector<Diagnostic> diagnostics;
};

/// One run with a rule for each of diagnostic_codes() and a result for each diagnostic.
Value sarif_log(const std::vector<CheckedFile>& files);

} // namespace gradus::cli
