#pragma once
// A compiled expression: nodes in one vector that refer to each other by number, with variables
// resolved to places in frames. Never changes once made.

#include "states/query/jsonata/jsonata.hpp"
#include "states/query/jsonata/regex.hpp"
#include "states/query/jsonata/signature.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace gradus::jsonata {

using Index = std::uint32_t;
inline constexpr Index none = UINT32_MAX;

enum class NodeKind : std::uint8_t {
    constant,
    name,
    wildcard,
    descendants,
    variable,
    context, // $
    root,    // $$
    path,
    sort,
    array,
    object,
    negate,
    range,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    concatenate,
    logical_and,
    logical_or,
    contained, // in
    condition,
    coalesce,
    elvis,
    block,
    bind,
    call,
    partial,
    placeholder,
    lambda,
    apply,
    transform,
    regex,
};

/// The variables that one block, function or path binds; a Frame has a slot for each.
struct Scope {
    std::vector<std::string> names;
    std::size_t slot_count() const { return names.size(); }
};

/// Where a variable may be: so many frames up, in this slot. The first place that is bound counts.
struct Place {
    std::uint16_t hops = 0;
    std::uint16_t slot = 0;
};

struct Span {
    Index first = 0;
    std::uint32_t size = 0;
};

struct NodeStage {
    Index filter = none;
    std::int32_t slot = -1; // of an index binding
};

struct Node {
    NodeKind kind = NodeKind::constant;
    bool plain = true;     // nothing to do with the result: no predicates, no group, no []
    bool walkable = false; // reads without making anything: constant, variable, path of names
    bool keep_array = false;
    bool keep_singleton = false;
    bool constructed = false;
    bool tuple = false;
    bool tail = false;
    bool descending = false;
    std::uint32_t position = 0;
    Index a = none;
    Index b = none;
    Index c = none;
    Span children;
    Span predicates; // of a step: its stages
    Index group = none;
    const Scope* scope = nullptr; // of a frame of its own, if it needs one
    std::int32_t focus = -1;      // slots
    std::int32_t index = -1;
    std::int32_t ancestor = -1;
    Span places;
    Index global = none;     // of a variable that may come from outside
    std::uint32_t extra = 0; // regex or signature
    Value value;
    std::string_view operator_text;
};

struct Global {
    std::string name;
    std::int32_t builtin = -1;
};

struct Program {
    std::string text;
    Dialect dialect = Dialect::standard;
    std::vector<Node> nodes;
    std::vector<Index> links;
    std::vector<NodeStage> stages;
    std::vector<Place> places;
    std::vector<Global> globals;
    std::deque<Scope> scopes;
    std::vector<Regex> regexes;
    std::deque<Signature> signatures;
    Index root = none;
    const Scope* root_scope = nullptr;
    std::vector<std::vector<std::string>> free_variables;
    InputUse input_use;
};

struct Syntax;
/// The shaped tree to nodes, scopes and the rest (resolve.cpp).
void resolve(Program& program, const Syntax* root, std::span<const Scope* const> enclosing);

/// Compiles for evaluation under frames whose scopes are `enclosing`, innermost first; for $eval.
Result<std::shared_ptr<const Program>, Error>
compile_program(std::string_view text, Dialect dialect, std::span<const Scope* const> enclosing);

} // namespace gradus::jsonata
