#pragma once
// Where the workloads of the benchmarks lie, and reading them. The folder holds `asl/` (definitions
// and inputs) and `jsonata_expressions.json`; it is named by --workloads=FOLDER, or is `bench` in
// $GRADUS_SHARED, or `../shared/bench`.

#include "gradus/value.hpp"

#include <string>

namespace gradus::bench {

/// Takes --workloads=FOLDER out of the arguments. Ends the program with a message when the folder
/// isn't there.
std::string workloads_folder(int& argc, char** argv);

/// The text of a file. Ends the program with a message when it can't be read.
std::string read_text(const std::string& path);

/// The value of a JSON file; the same.
Value read_json(const std::string& path);

} // namespace gradus::bench
