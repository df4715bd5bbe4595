#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <unistd.h>

namespace gradus::cli {

namespace fs = std::filesystem;

void complain(const std::string& text) { std::fprintf(stderr, "gradus: %s\n", text.c_str()); }

Result<std::string> read_file(const std::string& path) {
    if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return Error{ErrorCode::io, path + " can't be read: expected a file, found a folder"};
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error{ErrorCode::io, path + " can't be read"};
    std::string text(std::istreambuf_iterator<char>(in), {});
    return text;
}

namespace {

Result<void> write_directly(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.flush();
    if (!out) return Error{ErrorCode::io, path + " can't be written"};
    return {};
}

} // namespace

Result<void> write_file(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return {};
    }
    std::error_code error;
    const fs::file_status before = fs::status(path, error);
    const bool is_new = before.type() == fs::file_type::not_found && !fs::is_symlink(path, error);
    if (!is_new && before.type() != fs::file_type::regular) return write_directly(path, text);
    // Behind a link is the file that is meant.
    const fs::path target = fs::weakly_canonical(path, error);
    if (!is_new && ::access(target.c_str(), W_OK) != 0)
        return Error{ErrorCode::io, path + " can't be written"};
    fs::path beside = target;
    beside += ".gradus-new";
    // Where no file can be made, one that exists may still be written.
    if (!std::ofstream(beside, std::ios::app)) return write_directly(path, text);
    if (write_directly(beside.string(), text)) {
        if (!is_new) fs::permissions(beside, before.permissions(), error);
        fs::rename(beside, target, error);
        if (!error) return {};
    }
    fs::remove(beside, error);
    return Error{ErrorCode::io, path + " can't be written"};
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
