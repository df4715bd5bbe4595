#pragma once
// The compiled form of a payload template, for template.cpp and compile_template.cpp only.

#include "states/query/template.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus::templates {

struct Node {
    enum class Kind : std::uint8_t { constant, expression, array, object };

    Kind kind = Kind::constant;
    Value name;                           // of a member: the name it has in results
    Value constant;                       // a subtree without anything dynamic
    std::optional<Expression> expression; // of a ".$" member
    std::string source_key;               // its name as written
    std::vector<Node> children;           // of arrays and objects
};

} // namespace gradus::templates
