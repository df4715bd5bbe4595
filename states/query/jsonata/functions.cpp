#include "states/query/jsonata/function.hpp"

namespace gradus::jsonata {

namespace {

using Table = std::span<const BuiltinEntry> (*)();
constexpr Table tables[] = {string_functions, matching_functions, number_functions,
                            array_functions,  object_functions,   higher_order_functions,
                            time_functions,   service_functions};
constexpr std::int32_t table_stride = 256; // number = table * stride + row

bool is_there(const BuiltinEntry& entry, Dialect dialect) {
    const Availability where = entry.availability;
    return where == Availability::everywhere ||
           (where == Availability::standard_only) == (dialect == Dialect::standard);
}

} // namespace

std::vector<std::string_view> function_names(Dialect dialect) {
    std::vector<std::string_view> names;
    for (const Table table : tables) {
        for (const BuiltinEntry& entry : table()) {
            if (is_there(entry, dialect)) names.push_back(entry.name);
        }
    }
    return names;
}

std::int32_t builtin_number(std::string_view name, Dialect dialect) {
    for (std::size_t table = 0; table < std::size(tables); ++table) {
        const auto entries = tables[table]();
        for (std::size_t row = 0; row < entries.size(); ++row) {
            if (entries[row].name == name && is_there(entries[row], dialect))
                return static_cast<std::int32_t>(table) * table_stride +
                       static_cast<std::int32_t>(row);
        }
    }
    return -1;
}

const BuiltinEntry& builtin_at(std::int32_t number) {
    const auto index = static_cast<std::size_t>(number);
    return tables[index / table_stride]()[index % table_stride];
}

const BuiltinEntry* find_builtin(std::string_view name, Dialect dialect) {
    const std::int32_t number = builtin_number(name, dialect);
    return number < 0 ? nullptr : &builtin_at(number);
}

} // namespace gradus::jsonata
