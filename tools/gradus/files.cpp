#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace gradus::cli {

void complain(const std::string& text) { std::fprintf(stderr, "gradus: %s\n", text.c_str()); }

Result<std::string> read_file(const std::string& path) {
    if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return Error{ErrorCode::io, path + " can't be read: expected a file, found a folder"};
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error{ErrorCode::io, path + " can't be read"};
    std::string text(std::istreambuf_iterator<char>(in), {});
    return text;
}

Result<void> write_file(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return {};
    }
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.flush();
    if (!out) return Error{ErrorCode::io, path + " can't be written"};
    return {};
}

Result<void> replace_file(const std::string& path, const std::string& text) {
    if (path == "-") return write_file(path, text);
    std::error_code error;
    // Behind a link is the file that is meant.
    const std::filesystem::path target = std::filesystem::canonical(path, error);
    if (error) return Error{ErrorCode::io, path + " can't be written: " + error.message()};
    std::filesystem::path beside = target;
    beside += ".gradus-new";
    auto written = write_file(beside.string(), text);
    if (written) {
        std::filesystem::permissions(beside, std::filesystem::status(target, error).permissions(),
                                     error);
        std::filesystem::rename(beside, target, error);
        if (!error) return {};
        written = Error{ErrorCode::io, path + " can't be written: " + error.message()};
    }
    std::filesystem::remove(beside, error);
    return written;
}

Result<Value> read_json_argument(const std::string& argument) {
    std::string text = argument;
    std::string source = "the JSON given";
    if (argument == "-" || argument.starts_with('@')) {
        source = argument == "-" ? "standard input" : argument.substr(1);
        GRADUS_TRY(text, read_file(argument == "-" ? "-" : argument.substr(1)));
    }
    auto value = parse_json(text);
    if (value) return std::move(*value);
    const TextPosition at = position_of(text, value.error().offset);
    return Error{ErrorCode::syntax, source + " isn't valid JSON: " + value.error().message +
                                        " at line " + std::to_string(at.line) + ", column " +
                                        std::to_string(at.column)};
}

Result<std::map<std::string, std::string>> read_pairs(const std::vector<std::string>& pairs,
                                                      const std::string& option) {
    std::map<std::string, std::string> out;
    for (const std::string& pair : pairs) {
        const std::size_t at = pair.find('=');
        if (at == std::string::npos || at == 0) {
            return Error{ErrorCode::invalid_argument,
                         option + " expects NAME=VALUE but found '" + pair + "'"};
        }
        out[pair.substr(0, at)] = pair.substr(at + 1);
    }
    return out;
}

} // namespace gradus::cli
