// The shaped tree to a Program: names become places in frames, constant parts are computed, and
// what the compiler of workflows wants to know is written down.

#include "states/query/jsonata/bound_names.hpp"
#include "states/query/jsonata/function.hpp"
#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/program.hpp"
#include "states/query/jsonata/syntax.hpp"

#include <algorithm>

namespace gradus::jsonata {

namespace {

// (a * b) needs no node for its parentheses.
const Syntax* sole_operation(const Syntax* block) {
    if (block->list.size() != 1 || block->tuple || block->constructed) return nullptr;
    const Syntax* only = block->list.front();
    if (only->kind != SyntaxKind::binary && only->kind != SyntaxKind::negate) return nullptr;
    if (!only->predicates.empty() || only->group != nullptr || only->keep_array) return nullptr;
    std::vector<std::string> names;
    collect_bound(only, names);
    return names.empty() ? only : nullptr;
}

struct Operator {
    std::string_view text;
    NodeKind kind;
};
constexpr Operator operators[] = {
    {"+", NodeKind::add},           {"-", NodeKind::subtract},       {"*", NodeKind::multiply},
    {"/", NodeKind::divide},        {"%", NodeKind::remainder},      {"=", NodeKind::equal},
    {"!=", NodeKind::unequal},      {"<", NodeKind::less},           {"<=", NodeKind::less_equal},
    {">", NodeKind::greater},       {">=", NodeKind::greater_equal}, {"&", NodeKind::concatenate},
    {"and", NodeKind::logical_and}, {"or", NodeKind::logical_or},    {"in", NodeKind::contained},
};

const Operator& operator_of(std::string_view text) {
    const auto* found = std::find_if(std::begin(operators), std::end(operators),
                                     [&](const Operator& op) { return op.text == text; });
    GRADUS_ASSERT(found != std::end(operators));
    return *found;
}

class Resolver {
public:
    Resolver(Program& program, std::span<const Scope* const> enclosing) : program_(program) {
        for (std::size_t i = enclosing.size(); i-- > 0;)
            scopes_.push_back(enclosing[i]);
        foreign_ = scopes_.size();
    }

    Index lower(const Syntax* syntax);
    void root(const Syntax* syntax) {
        Scope scope;
        collect_bound(syntax, scope.names);
        if (scope.slot_count() > 0) {
            program_.root_scope = &program_.scopes.emplace_back(std::move(scope));
            scopes_.push_back(program_.root_scope);
        }
        program_.root = lower(syntax);
    }

private:
    Index make(NodeKind kind, const Syntax* syntax) {
        const auto index = static_cast<Index>(program_.nodes.size());
        Node& node = program_.nodes.emplace_back();
        node.kind = kind;
        node.position = syntax->position;
        return index;
    }
    Node& at(Index index) { return program_.nodes[index]; }
    Index lower_kind(const Syntax* syntax);
    Index leaf(const Syntax* syntax);
    Index variable(const Syntax* syntax);
    Index label(const Syntax* syntax);
    Index path(const Syntax* syntax);
    Index sort_step(const Syntax* syntax);
    Index block(const Syntax* syntax);
    Index lambda(const Syntax* syntax);
    Index composite(const Syntax* syntax, NodeKind kind);
    Index transform(const Syntax* syntax);
    void find_places(Index index, const std::string& name);
    void finish(Index index, const Syntax* syntax);
    void fold(Index index);
    Span lower_all(const std::vector<Syntax*>& list);
    Span lower_stages(const std::vector<Stage>& stages);
    std::int32_t slot_of(const std::string& name) const;
    void note_free_variable(const Syntax* variable, const Syntax* path, std::size_t step);
    const Scope* enter(Scope scope) {
        if (scope.slot_count() == 0) return nullptr;
        scopes_.push_back(&program_.scopes.emplace_back(std::move(scope)));
        return scopes_.back();
    }
    void leave(const Scope* scope) {
        if (scope != nullptr) scopes_.pop_back();
    }
    bool is_bound(const std::string& name) const {
        return std::any_of(scopes_.begin(), scopes_.end(), [&](const Scope* scope) {
            return std::find(scope->names.begin(), scope->names.end(), name) != scope->names.end();
        });
    }

    Program& program_;
    std::vector<const Scope*> scopes_; // innermost last
    std::size_t foreign_ = 0;
    int inside_step_ = 0; // where `$` is an element and not the input document
};

Index Resolver::lower(const Syntax* syntax) {
    const Index index = lower_kind(syntax);
    finish(index, syntax);
    return index;
}

Index Resolver::lower_kind(const Syntax* syntax) {
    switch (syntax->kind) {
    case SyntaxKind::number:
    case SyntaxKind::string:
    case SyntaxKind::literal:
    case SyntaxKind::regex:
    case SyntaxKind::name:
    case SyntaxKind::wildcard:
    case SyntaxKind::descendants:
    case SyntaxKind::placeholder: return leaf(syntax);
    case SyntaxKind::variable: note_free_variable(syntax, nullptr, 0); return variable(syntax);
    case SyntaxKind::parent: return label(syntax);
    case SyntaxKind::path: return path(syntax);
    case SyntaxKind::sort: return sort_step(syntax);
    case SyntaxKind::block:
        if (const Syntax* only = sole_operation(syntax)) return lower(only);
        return block(syntax);
    case SyntaxKind::lambda: return lambda(syntax);
    case SyntaxKind::transform: return transform(syntax);
    case SyntaxKind::binary: return composite(syntax, operator_of(syntax->text).kind);
    case SyntaxKind::range: return composite(syntax, NodeKind::range);
    case SyntaxKind::negate: return composite(syntax, NodeKind::negate);
    case SyntaxKind::array: return composite(syntax, NodeKind::array);
    case SyntaxKind::object: return composite(syntax, NodeKind::object);
    case SyntaxKind::condition: return composite(syntax, NodeKind::condition);
    case SyntaxKind::coalesce: return composite(syntax, NodeKind::coalesce);
    case SyntaxKind::elvis: return composite(syntax, NodeKind::elvis);
    case SyntaxKind::bind: return composite(syntax, NodeKind::bind);
    case SyntaxKind::call: return composite(syntax, NodeKind::call);
    case SyntaxKind::partial: return composite(syntax, NodeKind::partial);
    case SyntaxKind::apply: return composite(syntax, NodeKind::apply);
    case SyntaxKind::keyword:
    case SyntaxKind::dot:
    case SyntaxKind::predicate:
    case SyntaxKind::group:
    case SyntaxKind::order:
    case SyntaxKind::focus:
    case SyntaxKind::index:
    case SyntaxKind::end: break; // gone since shaping
    }
    GRADUS_UNREACHABLE();
}

// What every node may carry: predicates, a group, [].
void Resolver::finish(Index index, const Syntax* syntax) {
    ++inside_step_;
    if (syntax->kind != SyntaxKind::path && !syntax->predicates.empty()) {
        const Span predicates = lower_stages(syntax->predicates);
        at(index).predicates = predicates;
        at(index).plain = false;
    }
    if (syntax->group != nullptr && syntax->kind != SyntaxKind::path) {
        const Index group = lower(syntax->group);
        at(index).group = group;
        at(index).plain = false;
    }
    --inside_step_;
    Node& node = at(index);
    node.keep_array = syntax->keep_array;
    if (syntax->keep_array) node.plain = false;
    node.constructed = syntax->constructed;
    node.tuple = syntax->tuple;
    node.tail = syntax->tail;
    if (node.kind == NodeKind::constant || node.kind == NodeKind::variable ||
        node.kind == NodeKind::context)
        node.walkable = node.plain;
    fold(index);
}

Index Resolver::leaf(const Syntax* syntax) {
    NodeKind kind = NodeKind::constant;
    if (syntax->kind == SyntaxKind::name) kind = NodeKind::name;
    if (syntax->kind == SyntaxKind::wildcard) kind = NodeKind::wildcard;
    if (syntax->kind == SyntaxKind::descendants) kind = NodeKind::descendants;
    if (syntax->kind == SyntaxKind::regex) kind = NodeKind::regex;
    if (syntax->kind == SyntaxKind::placeholder) kind = NodeKind::placeholder;
    const bool reads =
        kind == NodeKind::name || kind == NodeKind::wildcard || kind == NodeKind::descendants;
    if (reads && inside_step_ == 0) program_.input_use.bare_name = true;
    const Index index = make(kind, syntax);
    const bool text = syntax->kind == SyntaxKind::string || kind == NodeKind::name;
    at(index).value = text ? Value(syntax->text) : syntax->value;
    at(index).extra = static_cast<std::uint32_t>(syntax->regex);
    return index;
}

Index Resolver::variable(const Syntax* syntax) {
    if (syntax->text.empty()) {
        if (inside_step_ == 0) program_.input_use.context = true;
        return make(NodeKind::context, syntax);
    }
    if (syntax->text == "$") {
        if (inside_step_ == 0) program_.input_use.root = true;
        return make(NodeKind::root, syntax);
    }
    const Index index = make(NodeKind::variable, syntax);
    at(index).value = Value(syntax->text);
    find_places(index, syntax->text);
    const auto known = std::find_if(program_.globals.begin(), program_.globals.end(),
                                    [&](const Global& g) { return g.name == syntax->text; });
    at(index).global = static_cast<Index>(known - program_.globals.begin());
    if (known == program_.globals.end())
        program_.globals.push_back({syntax->text, builtin_number(syntax->text, program_.dialect)});
    return index;
}

Index Resolver::label(const Syntax* syntax) {
    if (inside_step_ == 0) program_.input_use.bare_name = true;
    const Index index = make(NodeKind::variable, syntax);
    at(index).value = Value("%");
    find_places(index, label_name(*syntax->slot));
    return index;
}

void Resolver::find_places(Index index, const std::string& name) {
    Span span{static_cast<Index>(program_.places.size()), 0};
    for (std::size_t hops = 0; hops < scopes_.size(); ++hops) {
        const auto& names = scopes_[scopes_.size() - 1 - hops]->names;
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) continue;
        program_.places.push_back(
            {static_cast<std::uint16_t>(hops), static_cast<std::uint16_t>(found - names.begin())});
        ++span.size;
    }
    at(index).places = span;
}

std::int32_t Resolver::slot_of(const std::string& name) const {
    const auto& names = scopes_.back()->names;
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<std::int32_t>(found - names.begin());
}

Span Resolver::lower_all(const std::vector<Syntax*>& list) {
    std::vector<Index> indices;
    indices.reserve(list.size());
    for (const Syntax* part : list)
        indices.push_back(lower(part));
    const Span span{static_cast<Index>(program_.links.size()),
                    static_cast<std::uint32_t>(indices.size())};
    program_.links.insert(program_.links.end(), indices.begin(), indices.end());
    return span;
}

Span Resolver::lower_stages(const std::vector<Stage>& stages) {
    std::vector<NodeStage> lowered;
    for (const Stage& stage : stages) {
        if (stage.filter != nullptr)
            lowered.push_back({lower(stage.filter), -1});
        else
            lowered.push_back({none, slot_of(stage.index)});
    }
    const Span span{static_cast<Index>(program_.stages.size()),
                    static_cast<std::uint32_t>(lowered.size())};
    program_.stages.insert(program_.stages.end(), lowered.begin(), lowered.end());
    return span;
}

// Steps after the first that binds something run in a frame for each tuple, and so do the stages of
// that first one and what groups the result. Steps before it don't.
Index Resolver::path(const Syntax* syntax) {
    const bool tuples = has_tuple_step(*syntax);
    Scope scope;
    if (tuples) {
        collect_step_names(syntax, scope.names);
        for (const Syntax* step : syntax->list)
            collect_bound(step, scope.names);
        scope.names.push_back(""); // keeps the frame: its tuples always have one
    }
    const Index index = make(NodeKind::path, syntax);
    const Scope* entered = nullptr;
    std::vector<Index> steps;
    bool simple = !tuples && syntax->group == nullptr && syntax->predicates.empty();
    for (std::size_t i = 0; i < syntax->list.size(); ++i) {
        const Syntax* step = syntax->list[i];
        if (i == 1) ++inside_step_;
        if (step->kind == SyntaxKind::variable) note_free_variable(step, syntax, i);
        const bool binds_first = step->tuple && entered == nullptr;
        if (binds_first && step->kind != SyntaxKind::sort) entered = enter(scope);
        const Index lowered = step->kind == SyntaxKind::variable ? variable(step) : lower(step);
        if (step->kind == SyntaxKind::variable) finish(lowered, step);
        if (binds_first && entered == nullptr) entered = enter(scope);
        ++inside_step_;
        const Span stages = lower_stages(step->stages);
        --inside_step_;
        Node& node = at(lowered);
        if (stages.size > 0) {
            node.plain = false;
            node.walkable = false;
            node.predicates = stages;
        }
        if (entered != nullptr) {
            if (!step->focus.empty()) node.focus = slot_of(step->focus);
            if (!step->index.empty()) node.index = slot_of(step->index);
            if (step->ancestor != nullptr) node.ancestor = slot_of(label_name(*step->ancestor));
        }
        const bool walks =
            node.plain &&
            (node.kind == NodeKind::name ||
             (i == 0 && (node.kind == NodeKind::variable || node.kind == NodeKind::context)));
        simple = simple && walks;
        steps.push_back(lowered);
    }
    if (syntax->list.size() > 1) --inside_step_;
    Index group = none;
    if (syntax->group != nullptr) {
        ++inside_step_;
        group = lower(syntax->group);
        --inside_step_;
    }
    leave(entered);
    Node& node = at(index);
    node.scope = entered;
    node.group = group;
    node.children = {static_cast<Index>(program_.links.size()),
                     static_cast<std::uint32_t>(steps.size())};
    node.keep_singleton = syntax->keep_singleton;
    node.walkable = simple && !syntax->keep_singleton && !syntax->keep_array;
    program_.links.insert(program_.links.end(), steps.begin(), steps.end());
    if (!syntax->predicates.empty()) {
        ++inside_step_;
        const Span predicates = lower_stages(syntax->predicates);
        --inside_step_;
        at(index).predicates = predicates;
        at(index).plain = false;
    }
    return index;
}

Index Resolver::sort_step(const Syntax* syntax) {
    const Index index = make(NodeKind::sort, syntax);
    ++inside_step_;
    std::vector<Index> terms;
    for (const Syntax* term : syntax->list) {
        const Index lowered = lower(term->lhs);
        // The direction is the term's, and a node belongs to one term only.
        at(lowered).descending = term->descending;
        terms.push_back(lowered);
    }
    --inside_step_;
    at(index).children = {static_cast<Index>(program_.links.size()),
                          static_cast<std::uint32_t>(terms.size())};
    program_.links.insert(program_.links.end(), terms.begin(), terms.end());
    return index;
}

Index Resolver::block(const Syntax* syntax) {
    Scope scope;
    for (const Syntax* part : syntax->list)
        collect_bound(part, scope.names);
    const Index index = make(NodeKind::block, syntax);
    const Scope* entered = enter(std::move(scope));
    const Span children = lower_all(syntax->list);
    leave(entered);
    at(index).children = children;
    at(index).scope = entered;
    return index;
}

// Parameters come first among the slots of the frame, one slot each even if two have one name.
Index Resolver::lambda(const Syntax* syntax) {
    Scope scope;
    for (std::size_t i = 0; i < syntax->list.size(); ++i) {
        const std::string& name = syntax->list[i]->text;
        const bool again = std::any_of(syntax->list.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                       syntax->list.end(),
                                       [&](const Syntax* other) { return other->text == name; });
        scope.names.push_back(again ? std::string() : name); // the last of equal ones counts
    }
    collect_bound(syntax->rhs, scope.names);
    const Index index = make(NodeKind::lambda, syntax);
    const Scope* entered = enter(std::move(scope));
    const Index body = lower(syntax->rhs);
    leave(entered);
    Node& node = at(index);
    node.a = body;
    node.scope = entered;
    node.children.size = static_cast<std::uint32_t>(syntax->list.size());
    node.extra = UINT32_MAX;
    if (syntax->signature) {
        node.extra = static_cast<std::uint32_t>(program_.signatures.size());
        program_.signatures.push_back(*syntax->signature);
    }
    return index;
}

Index Resolver::transform(const Syntax* syntax) {
    const Index index = make(NodeKind::transform, syntax);
    ++inside_step_; // its context is what it is applied to
    const Index pattern = lower(syntax->lhs);
    const Index update = lower(syntax->rhs);
    const Index deletion = syntax->third != nullptr ? lower(syntax->third) : none;
    --inside_step_;
    Node& node = at(index);
    node.a = pattern;
    node.b = update;
    node.c = deletion;
    return index;
}

Index Resolver::composite(const Syntax* syntax, NodeKind kind) {
    const Index index = make(kind, syntax);
    const bool binds = kind == NodeKind::bind;
    if (binds) {
        at(index).value = Value(syntax->lhs->text);
        at(index).focus = slot_of(syntax->lhs->text);
    }
    const Index a = syntax->lhs != nullptr && !binds ? lower(syntax->lhs) : none;
    const Index b = syntax->rhs != nullptr ? lower(syntax->rhs) : none;
    const Index c = syntax->third != nullptr ? lower(syntax->third) : none;
    const Span children = lower_all(syntax->list);
    Node& node = at(index);
    node.a = a;
    node.b = b;
    node.c = c;
    node.children = children;
    if (syntax->kind == SyntaxKind::binary) node.operator_text = operator_of(syntax->text).text;
    return index;
}

// Arrays and objects of constants are computed once.
void Resolver::fold(Index index) {
    Node& node = at(index);
    if (!node.plain || (node.kind != NodeKind::array && node.kind != NodeKind::object)) return;
    const auto child = [&](std::size_t i) -> const Node& {
        return at(program_.links[node.children.first + i]);
    };
    for (std::size_t i = 0; i < node.children.size; ++i) {
        const Node& part = child(i);
        if (part.kind != NodeKind::constant || !part.plain) return;
        if (node.kind == NodeKind::object && i % 2 == 0 && !part.value.is_string()) return;
    }
    if (node.kind == NodeKind::array) {
        Array array;
        for (std::size_t i = 0; i < node.children.size; ++i)
            array.push_back(child(i).value);
        node.value = Value(std::move(array));
    } else {
        ObjectBuilder builder(node.children.size / 2);
        for (std::size_t i = 0; i < node.children.size; i += 2)
            builder.put(child(i).value, child(i + 1).value);
        if (builder.size() != node.children.size / 2) return; // D1009 when it is evaluated
        node.value = builder.build();
    }
    node.kind = NodeKind::constant;
    node.children = {};
    node.walkable = !node.constructed;
}

void Resolver::note_free_variable(const Syntax* variable, const Syntax* path, std::size_t step) {
    if (variable->text.empty() || variable->text == "$") return;
    if (is_bound(variable->text) || builtin_number(variable->text, program_.dialect) >= 0) return;
    std::vector<std::string> names{variable->text};
    const bool goes_on = variable->stages.empty() && variable->predicates.empty();
    for (std::size_t i = step + 1; path != nullptr && goes_on && i < path->list.size(); ++i) {
        const Syntax* next = path->list[i];
        if (next->kind != SyntaxKind::name) break;
        names.push_back(next->text);
        if (!next->stages.empty()) break;
    }
    auto& known = program_.free_variables;
    if (std::find(known.begin(), known.end(), names) == known.end())
        known.push_back(std::move(names));
}

} // namespace

void resolve(Program& program, const Syntax* root, std::span<const Scope* const> enclosing) {
    Resolver(program, enclosing).root(root);
}

} // namespace gradus::jsonata
