#pragma once
// What a Map Run leaves behind: the state's output, or the files of a ResultWriter with their
// manifest. Pure. AWS, "ResultWriter (Map)".

#include "gradus/map_run.hpp"
#include "states/map_run.hpp"
#include "states/program/program.hpp"

#include <string>
#include <vector>

namespace gradus {

/// How a child that ended goes into the results: its output, or the record of the execution.
/// Recorded nowhere: failed children are always records (AWS, "WriterConfig").
MapResult map_result(const MapChild& child, const ChildEnded& ended, Timestamp stopped_at,
                     ResultTransformation transformation);

/// The state's output when results aren't exported: one element a child, in the order of their
/// items; the elements of the children's arrays for FLATTEN.
Value map_output(const std::vector<MapResult>& results, ResultTransformation transformation);

/// Where an export goes: "PREFIX/UUID/manifest.json".
std::string manifest_key(const Value& arguments, const std::string& run_uuid);
/// The files of an export, the manifest last. `arguments` are those of the ResultWriter.
std::vector<ObjectFile> result_files(const MapRunRecord& run, const std::string& run_uuid,
                                     const std::vector<MapResult>& results,
                                     const ResultWriter& writer, const Value& arguments);

} // namespace gradus
