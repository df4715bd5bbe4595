#include "gradus/format.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <vector>

namespace gradus {
namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t indent_width = 2;

/// What a value is in the language, which decides the order of its members and whether it may stand
/// on one line.
enum class Role { machine, states, state, data };

class Formatter {
public:
    std::string take() { return std::move(out_); }

    /// `after` is what will follow on the line of the value's end: a comma or nothing.
    void write(const Value& value, Role role, std::size_t level, std::size_t after) {
        if (value.size() == 0 || !(value.is_object() || value.is_array()))
            return append_json(out_, value);
        if (role == Role::data || role == Role::state) {
            const std::string line = one_line(value, role);
            if (column() + code_point_count(line) + after <= columns_max) {
                out_ += line;
                return;
            }
        }
        if (value.is_array())
            write_array(value, role, level);
        else
            write_object(value, role, level);
    }

private:
    std::size_t column() const {
        const std::size_t line_end = out_.rfind('\n');
        return code_point_count(
            std::string_view(out_).substr(line_end == std::string::npos ? 0 : line_end + 1));
    }

    void new_line(std::size_t level) {
        out_ += '\n';
        out_.append(level * indent_width, ' ');
    }

    void write_array(const Value& array, Role role, std::size_t level) {
        out_ += '[';
        std::size_t left = array.size();
        for (const Value& element : array.as_array()) {
            new_line(level + 1);
            write(element, role, level + 1, --left > 0 ? 1 : 0);
            if (left > 0) out_ += ',';
        }
        new_line(level);
        out_ += ']';
    }

    void write_object(const Value& object, Role role, std::size_t level) {
        out_ += '{';
        const auto members = ordered(object, role);
        std::size_t left = members.size();
        for (const Member* member : members) {
            new_line(level + 1);
            append_json_string(out_, member->name());
            out_ += ": ";
            write(member->value, role_of(*member, role), level + 1, --left > 0 ? 1 : 0);
            if (left > 0) out_ += ',';
        }
        new_line(level);
        out_ += '}';
    }

    static std::vector<const Member*> ordered(const Value& object, Role role) {
        std::vector<const Member*> members;
        for (const Member& member : object.as_object())
            members.push_back(&member);
        const auto comes_first = [role](const Member* member) {
            if (role == Role::machine) return member->name() != "States";
            return role != Role::state || member->name() == "Type";
        };
        std::stable_partition(members.begin(), members.end(), comes_first);
        return members;
    }

    static Role role_of(const Member& member, Role parent) {
        const std::string_view name = member.name();
        switch (parent) {
        case Role::machine: return name == "States" ? Role::states : Role::data;
        case Role::states: return Role::state;
        case Role::state:
            return name == "Branches" || name == "ItemProcessor" || name == "Iterator"
                       ? Role::machine
                       : Role::data;
        case Role::data: return Role::data;
        }
        GRADUS_UNREACHABLE();
    }

    static bool contains_machine(const Value& value, Role role) {
        if (role != Role::state || !value.is_object()) return false;
        return std::ranges::any_of(value.as_object(), [](const Member& member) {
            return role_of(member, Role::state) == Role::machine;
        });
    }

    /// Too long to be put on a line when it holds a machine: these always have lines of their own.
    static std::string one_line(const Value& value, Role role) {
        if (contains_machine(value, role)) return std::string(columns_max + 1, ' ');
        std::string line;
        append_line(line, value, role);
        return line;
    }

    static void append_line(std::string& out, const Value& value, Role role) {
        if (out.size() > columns_max * 4) return; // longer than a line whatever the characters are
        const char* separator = "";
        if (value.is_array()) {
            out += '[';
            for (const Value& element : value.as_array()) {
                out += separator;
                separator = ", ";
                append_line(out, element, role);
            }
            out += ']';
        } else if (value.is_object()) {
            out += '{';
            for (const Member* member : ordered(value, role)) {
                out += separator;
                separator = ", ";
                append_json_string(out, member->name());
                out += ": ";
                append_line(out, member->value, role_of(*member, role));
            }
            out += '}';
        } else {
            append_json(out, value);
        }
    }

    std::string out_;
};

} // namespace

std::string format_definition(const Value& definition) {
    Formatter formatter;
    const bool is_machine = definition.is_object() && definition.find("States") != nullptr;
    formatter.write(definition, is_machine ? Role::machine : Role::data, 0, 0);
    return formatter.take() + "\n";
}

} // namespace gradus
