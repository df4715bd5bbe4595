#include "tools/gradus/sarif.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>

namespace gradus::cli {
namespace {

const char* level(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

Value rules() {
    Array list;
    for (const DiagnosticCode& code : diagnostic_codes()) {
        list.push_back(Value::object(
            {{"id", Value(code.name)},
             {"shortDescription", Value::object({{"text", Value(code.summary)}})},
             {"defaultConfiguration", Value::object({{"level", level(code.severity)}})}}));
    }
    return Value(std::move(list));
}

/// A path as a URI reference: all but unreserved characters and slashes are written by their bytes
/// (RFC 3986).
std::string uri_of(const std::string& path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              std::string_view("-._~/").find(c) != std::string_view::npos;
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain) {
            uri += c;
        } else {
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 0x0FU];
        }
    }
    return uri;
}

/// Our columns count bytes, SARIF's characters.
TextPosition character_position(std::string_view text, TextPosition at) {
    std::size_t start = 0;
    for (std::size_t line = 1; line < at.line; ++line)
        start = text.find('\n', start) + 1;
    return {at.line, code_point_count(text.substr(start, at.column - 1)) + 1};
}

Value result_of(const CheckedFile& file, const Diagnostic& diagnostic) {
    const TextPosition at = character_position(file.text, place_of(diagnostic, file.text));
    const auto codes = diagnostic_codes();
    const auto rule = std::ranges::find(codes, diagnostic.code, &DiagnosticCode::name);
    std::string text = diagnostic.message;
    if (!diagnostic.hint.empty()) text += "\n" + diagnostic.hint;
    const Value region = Value::object({{"startLine", at.line}, {"startColumn", at.column}});
    const Value place = Value::object(
        {{"artifactLocation", Value::object({{"uri", uri_of(file.path)}})}, {"region", region}});
    Array logical;
    if (!diagnostic.is_json_fault()) {
        logical.push_back(Value::object({{"fullyQualifiedName", diagnostic.pointer}}));
    }
    return Value::object(
        {{"ruleId", diagnostic.code},
         {"ruleIndex", static_cast<std::int64_t>(rule - codes.begin())},
         {"level", level(diagnostic.severity)},
         {"message", Value::object({{"text", text}})},
         {"locations",
          Value::array({Value::object(
              {{"physicalLocation", place}, {"logicalLocations", Value(std::move(logical))}})})}});
}

} // namespace

Value sarif_log(const std::vector<CheckedFile>& files) {
    Array results;
    for (const CheckedFile& file : files) {
        for (const Diagnostic& diagnostic : file.diagnostics)
            results.push_back(result_of(file, diagnostic));
    }
    const Value driver = Value::object({{"name", "gradus"}, {"rules", rules()}});
    return Value::object(
        {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
         {"version", "2.1.0"},
         {"runs", Value::array({Value::object({{"tool", Value::object({{"driver", driver}})},
                                               {"columnKind", "unicodeCodePoints"},
                                               {"results", Value(std::move(results))}})})}});
}

} // namespace gradus::cli
