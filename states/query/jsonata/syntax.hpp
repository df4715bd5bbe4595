#pragma once
// The tree that the parser makes of a text and that resolving turns into a Program. It lives only
// while an expression is compiled.

#include "states/query/jsonata/jsonata.hpp"
#include "states/query/jsonata/signature.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::jsonata {

/// Nesting of an expression, counted in the tree. Ours; it bounds all recursion over the tree.
inline constexpr std::uint32_t syntax_depth_max = 500;
inline constexpr std::size_t expression_bytes_max = 1'048'576;

enum class SyntaxKind : std::uint8_t {
    number,
    string,
    literal, // true, false, null
    regex,
    name,
    variable, // text is empty for `$`, "$" for `$$`
    keyword,  // and, or, in where an operand stands: a field name
    wildcard,
    descendants,
    parent,
    placeholder, // ? among arguments
    binary,
    range,
    negate,
    array,
    object, // list holds key, value, key, value…
    block,
    condition, // lhs ? rhs : third
    coalesce,
    elvis,
    bind,
    call, // lhs(list…)
    partial,
    lambda,    // list are the parameters, rhs the body
    apply,     // lhs ~> rhs
    transform, // |lhs|rhs, third|
    // These stand between parsing and resolving.
    dot,
    predicate,
    group,
    order,
    focus,
    index,
    end,
    // Made of dots.
    path,
    sort, // a step; list are the terms
};

/// One % of an expression: which enclosing step it means.
struct Ancestor {
    int label = 0;
    int level = 1;
};

struct Syntax;

struct Stage {
    Syntax* filter = nullptr; // else it is an index binding
    std::string index;
};

struct Syntax {
    SyntaxKind kind = SyntaxKind::literal;
    std::uint32_t position = 0;
    std::uint32_t height = 1;
    std::string text; // operator, name, string
    Value value;      // number, literal
    Syntax* lhs = nullptr;
    Syntax* rhs = nullptr;
    Syntax* third = nullptr;
    std::vector<Syntax*> list;
    std::optional<Signature> signature;
    std::vector<Stage> predicates; // of a thing that isn't a step
    std::vector<Stage> stages;     // of a step
    Syntax* group = nullptr;
    std::string focus;
    std::string index;
    Ancestor* ancestor = nullptr; // bound by this step
    Ancestor* slot = nullptr;     // of a `parent`
    std::vector<Ancestor*> seeking;
    std::size_t regex = 0;
    bool descending = false; // a sort term
    bool keep_array = false;
    bool constructed = false;
    bool keep_singleton = false;
    bool tuple = false;
    bool tail = false;
};

/// Owns the nodes of one text.
struct SyntaxTree {
    std::deque<Syntax> nodes;
    std::deque<Ancestor> ancestors;
    struct RegexText {
        std::string pattern;
        bool ignore_case = false;
        bool multiline = false;
        std::uint32_t position = 0;
    };
    std::vector<RegexText> regexes;
    Syntax* root = nullptr;

    Syntax* make(SyntaxKind kind, std::size_t position) {
        Syntax& node = nodes.emplace_back();
        node.kind = kind;
        node.position = static_cast<std::uint32_t>(position);
        return &node;
    }
};

/// Text to tree (parser.cpp).
Result<SyntaxTree, Error> parse(std::string_view text);
/// Dots to paths, % to the steps they mean, marks on steps (shape.cpp). In place.
Result<Syntax*, Error> shape(SyntaxTree& tree, Syntax* root);

} // namespace gradus::jsonata
