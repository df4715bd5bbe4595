#include "aws/credentials/profile.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gradus::aws {

namespace {

constexpr std::size_t file_bytes_max = std::size_t{4} * 1024 * 1024; // ours

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n\f\v");
    if (begin == std::string_view::npos) return text.substr(0, 0);
    return text.substr(begin, text.find_last_not_of(" \t\r\n\f\v") - begin + 1);
}

Error fault(std::string message, std::size_t line) {
    return {ErrorCode::syntax, std::move(message) + " in line " + std::to_string(line)};
}

struct Setting {
    std::string key;
    std::string value; // lines joined by '\n'
    std::size_t line = 0;
};

struct Section {
    std::string name;
    std::vector<Setting> settings;
};

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// The lines of an INI file: comments are whole lines, a line indented deeper than its setting goes
// on with that setting's value.
class IniReader {
public:
    Result<std::vector<Section>> read(std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            ++line_;
            GRADUS_CHECK(read_line(text.substr(0, end)));
            text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        }
        return std::move(sections_);
    }

private:
    Result<void> read_line(std::string_view line) {
        const std::string_view content = trimmed(line);
        if (content.empty() || content[0] == '#' || content[0] == ';') return {};
        const std::size_t indent = line.find_first_not_of(" \t");
        if (in_setting_ && indent > setting_indent_) {
            std::string& value = sections_.back().settings.back().value;
            value += '\n';
            value += content;
            return {};
        }
        if (content[0] == '[') return open_section(content);
        return read_setting(content, indent);
    }

    Result<void> open_section(std::string_view content) {
        const std::size_t close = content.rfind(']');
        if (close == std::string_view::npos) return fault("expected ']'", line_);
        std::string name(content.substr(1, close - 1));
        for (const Section& section : sections_)
            if (section.name == name) return fault("section [" + name + "] again", line_);
        sections_.push_back({std::move(name), {}});
        in_setting_ = false;
        return {};
    }

    Result<void> read_setting(std::string_view content, std::size_t indent) {
        if (sections_.empty()) return fault("a setting before the first section", line_);
        const std::size_t delimiter = content.find_first_of("=:");
        if (delimiter == std::string_view::npos || delimiter == 0)
            return fault("expected 'name = value'", line_);
        Setting setting;
        setting.key = lower_case(trimmed(content.substr(0, delimiter)));
        setting.value = trimmed(content.substr(delimiter + 1));
        setting.line = line_;
        for (const Setting& other : sections_.back().settings)
            if (other.key == setting.key) return fault("'" + setting.key + "' again", line_);
        sections_.back().settings.push_back(std::move(setting));
        in_setting_ = true;
        setting_indent_ = indent;
        return {};
    }

    std::vector<Section> sections_;
    std::size_t line_ = 0;
    std::size_t setting_indent_ = 0;
    bool in_setting_ = false;
};

// "\nkey = value\nkey = value" as an object.
Result<Value> nested_settings(const Setting& setting) {
    ObjectBuilder out;
    std::string_view rest = setting.value;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (line.empty()) continue;
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos)
            return fault("expected 'name = value' inside of '" + setting.key + "', which begins",
                         setting.line);
        out.put(trimmed(line.substr(0, equals)), Value(trimmed(line.substr(equals + 1))));
    }
    return out.build();
}

Result<Value> settings_of(const Section& section) {
    ObjectBuilder out;
    for (const Setting& setting : section.settings) {
        Value value(setting.value);
        if (setting.value.starts_with('\n')) {
            GRADUS_TRY(value, nested_settings(setting));
        }
        out.put(std::string_view(setting.key), std::move(value));
    }
    return out.build();
}

} // namespace

std::optional<std::vector<std::string>> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // In single quotes a backslash is one.
        const bool escapes = c == '\\' && quote != '\'' && i + 1 < text.size();
        const bool escapes_in_quotes = escapes && (text[i + 1] == '"' || text[i + 1] == '\\');
        if (escapes_in_quotes || (escapes && quote == '\0')) {
            word += text[++i];
            in_word = true;
        } else if (quote != '\0') {
            if (c == quote)
                quote = '\0';
            else
                word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            in_word = true;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            if (in_word) words.push_back(std::move(word));
            word.clear();
            in_word = false;
        } else {
            word += c;
            in_word = true;
        }
    }
    if (quote != '\0') return std::nullopt;
    if (in_word) words.push_back(std::move(word));
    return words;
}

Result<SharedFile> parse_shared_file(std::string_view text, SharedFileKind kind) {
    if (text.size() > file_bytes_max)
        return Error{ErrorCode::limit, "the file is larger than 4 MiB"};
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    GRADUS_TRY(const std::vector<Section> sections, IniReader().read(text));
    SharedFile out;
    for (const Section& section : sections) {
        GRADUS_TRY(Value settings, settings_of(section));
        if (kind == SharedFileKind::credentials || section.name == "default") {
            out.profiles = std::move(out.profiles).with(section.name, std::move(settings));
            continue;
        }
        // Sections of other tools, and names that can't be read, are passed over.
        const std::optional<std::vector<std::string>> words = split_words(section.name);
        if (!words || words->size() != 2) continue;
        Value* group = nullptr;
        if (words->front() == "profile") group = &out.profiles;
        if (words->front() == "sso-session") group = &out.sso_sessions;
        if (words->front() == "services") group = &out.services;
        if (group != nullptr) *group = std::move(*group).with(words->back(), std::move(settings));
    }
    return out;
}

} // namespace gradus::aws
