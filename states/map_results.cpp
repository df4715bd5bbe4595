#include "states/map_results.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/base.hpp"

namespace gradus {
namespace {

std::string prefix_of(const Value& arguments) {
    const Value& prefix = arguments["Prefix"];
    std::string text = prefix.is_string() ? std::string(prefix.as_string()) : "";
    if (!text.empty() && !text.ends_with('/')) text += '/';
    return text;
}

/// DescribeExecution in PascalCase; Input and Output are JSON texts (AWS, "ResultWriter", example
/// of SUCCEEDED_0.json).
Value execution_record(const MapChild& child, const ChildEnded& ended, Timestamp stopped_at) {
    const Value included = Value::object({{"Included", true}});
    const bool has_succeeded = ended.status == ExecutionStatus::succeeded;
    ObjectBuilder out;
    if (ended.failure.cause) out.append("Cause", *ended.failure.cause);
    if (ended.failure.error) out.append("Error", *ended.failure.error);
    out.append("ExecutionArn", child.identity.execution_arn);
    out.append("Input", to_json(child.input)).append("InputDetails", included);
    out.append("Name", child.identity.execution_name);
    if (has_succeeded) {
        out.append("Output", to_json(ended.output)).append("OutputDetails", included);
    }
    out.append("RedriveCount", 0);
    const bool is_express = child.identity.type == WorkflowType::express;
    out.append("RedriveStatus", has_succeeded ? "NOT_REDRIVABLE"
                                : is_express  ? "REDRIVABLE_BY_MAP_RUN"
                                              : "REDRIVABLE");
    if (has_succeeded)
        out.append("RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven");
    out.append("StartDate", format_iso8601(epoch_milliseconds(child.started_at)));
    out.append("StateMachineArn", child.identity.state_machine_arn);
    out.append("Status", execution_status_name(ended.status));
    out.append("StopDate", format_iso8601(epoch_milliseconds(stopped_at)));
    return out.build();
}

/// The elements of one kind of results as texts of files, none longer than a file may be.
class FileWriter {
public:
    FileWriter(std::string folder, std::string_view name, bool is_jsonl)
        : folder_(std::move(folder)), name_(name), is_jsonl_(is_jsonl) {}

    void add(const Value& element) {
        std::string text = to_json(element);
        if (!content_.empty() && content_.size() + text.size() > limits::result_file_bytes_max)
            close();
        if (!is_jsonl_) content_ += content_.empty() ? "[" : ",";
        content_ += text;
        if (is_jsonl_) content_ += '\n';
    }
    std::vector<ObjectFile> take() {
        if (!content_.empty()) close();
        return std::move(files_);
    }

private:
    void close() {
        if (!is_jsonl_) content_ += ']';
        files_.push_back({folder_ + std::string(name_) + "_" + std::to_string(files_.size()) +
                              (is_jsonl_ ? ".jsonl" : ".json"),
                          std::move(content_)});
        content_.clear();
    }

    std::string folder_;
    std::string_view name_;
    bool is_jsonl_;
    std::string content_;
    std::vector<ObjectFile> files_;
};

Value listing(const std::vector<ObjectFile>& files) {
    Array list;
    for (const ObjectFile& file : files)
        list.push_back(Value::object({{"Key", file.key}, {"Size", file.content.size()}}));
    return Value(std::move(list));
}

} // namespace

MapResult map_result(const MapChild& child, const ChildEnded& ended, Timestamp stopped_at,
                     ResultTransformation transformation) {
    const bool is_record =
        transformation == ResultTransformation::none || ended.status != ExecutionStatus::succeeded;
    return {ended.status, is_record ? execution_record(child, ended, stopped_at) : ended.output};
}

Value map_output(const std::vector<MapResult>& results, ResultTransformation transformation) {
    Array out;
    out.reserve(results.size());
    for (const MapResult& result : results) {
        const bool is_flattened = transformation == ResultTransformation::flatten &&
                                  result.status == ExecutionStatus::succeeded &&
                                  result.value.is_array();
        if (!is_flattened) {
            out.push_back(result.value);
            continue;
        }
        for (const Value& element : result.value.as_array())
            out.push_back(element);
    }
    return Value(std::move(out));
}

std::string manifest_key(const Value& arguments, const std::string& run_uuid) {
    return prefix_of(arguments) + run_uuid + "/manifest.json";
}

std::vector<ObjectFile> result_files(const MapRunRecord& run, const std::string& run_uuid,
                                     const std::vector<MapResult>& results,
                                     const ResultWriter& writer, const Value& arguments) {
    const std::string folder = prefix_of(arguments) + run_uuid + "/";
    FileWriter succeeded(folder, "SUCCEEDED", writer.is_jsonl);
    FileWriter failed(folder, "FAILED", writer.is_jsonl);
    for (const MapResult& result : results) {
        if (result.status == ExecutionStatus::running) continue; // never ended
        if (result.status != ExecutionStatus::succeeded) {
            failed.add(result.value);
        } else if (writer.transformation == ResultTransformation::flatten &&
                   result.value.is_array()) {
            for (const Value& element : result.value.as_array())
                succeeded.add(element);
        } else {
            succeeded.add(result.value);
        }
    }
    std::vector<ObjectFile> files = succeeded.take();
    std::vector<ObjectFile> failures = failed.take();
    const Value manifest =
        Value::object({{"DestinationBucket", arguments["Bucket"]},
                       {"MapRunArn", run.map_run_arn},
                       {"ResultFiles", Value::object({{"FAILED", listing(failures)},
                                                      {"PENDING", Value::array({})},
                                                      {"SUCCEEDED", listing(files)}})}});
    for (ObjectFile& file : failures)
        files.push_back(std::move(file));
    files.push_back({folder + "manifest.json", to_json(manifest)});
    return files;
}

} // namespace gradus
