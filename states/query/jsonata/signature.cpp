#include "states/query/jsonata/signature.hpp"

namespace gradus::jsonata {

std::uint16_t type_of(const Item& item) {
    if (const Value* value = item.value()) {
        switch (value->kind()) {
        case Value::Kind::null: return type::null;
        case Value::Kind::boolean: return type::boolean;
        case Value::Kind::integer:
        case Value::Kind::real:
        case Value::Kind::decimal: return type::number;
        case Value::Kind::string: return type::string;
        case Value::Kind::array: return type::array;
        case Value::Kind::object: return type::object;
        }
    }
    if (item.is_function()) return type::function;
    if (item.is_array()) return type::array;
    return item.is_defined() ? type::object : type::missing;
}

namespace {

struct Matcher {
    const Signature& signature;
    const Item* arguments;
    std::size_t count;
    Matching& matching;
    std::size_t steps = 0;

    // As many as fit first, then fewer, like the regular expression that the signature stands for.
    // The recursion is as deep as there are parameters.
    bool match(std::size_t parameter, std::size_t argument) {
        if (parameter == signature.size) return argument == count;
        if (++steps > 10'000) return false;
        const Parameter& wanted = signature.parameters[parameter];
        const bool can_be_absent = wanted.optional || wanted.context;
        const std::size_t most = wanted.repeated ? count - argument : 1;
        std::size_t fitting = 0;
        while (fitting < most && argument + fitting < count &&
               (type_of(arguments[argument + fitting]) & wanted.types) != 0)
            ++fitting;
        while (true) {
            if (fitting > 0 || can_be_absent) {
                matching.counts[parameter] = static_cast<std::uint8_t>(fitting);
                if (match(parameter + 1, argument + fitting)) return true;
            }
            if (fitting == 0) return false;
            --fitting;
        }
    }
};

} // namespace

Matching match_arguments(const Signature& signature, const Item* arguments, std::size_t count) {
    Matching matching;
    if (count > 255) return matching;
    Matcher matcher{signature, arguments, count, matching};
    matching.matched = matcher.match(0, 0);
    return matching;
}

} // namespace gradus::jsonata
