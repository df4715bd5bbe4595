// The second look at the tree: chains of dots become paths of steps, predicates and bindings go to
// the step they follow, calls in tail position are marked, and each % is led to the step it means.

#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/syntax.hpp"

#include <algorithm>

namespace gradus::jsonata {

namespace {

using Shaped = Result<Syntax*, Error>;

class Shaper {
public:
    explicit Shaper(SyntaxTree& tree) : tree_(tree) {}
    Shaped shape(Syntax* node) {
        const bool keep_array = node->keep_array;
        GRADUS_TRY(Syntax * result, shape_kind(node));
        if (keep_array) result->keep_array = true;
        return result;
    }

private:
    Shaped shape_kind(Syntax* node);
    Shaped dot(Syntax* node);
    Shaped predicate(Syntax* node);
    Shaped group(Syntax* node);
    Shaped order(Syntax* node);
    Shaped focus(Syntax* node);
    Shaped index(Syntax* node);
    Shaped block(Syntax* node);
    Result<void, Error> seek(Syntax* node, Ancestor& slot);
    Result<void, Error> resolve_parents(Syntax* path);
    Result<void, Error> shape_into(Syntax*& child, Syntax* parent) {
        if (child == nullptr) return {};
        GRADUS_TRY(child, shape(child));
        inherit(parent, child);
        return {};
    }
    // What looks for an enclosing step in a part looks for it in the whole.
    static void inherit(Syntax* node, const Syntax* part) {
        node->seeking.insert(node->seeking.end(), part->seeking.begin(), part->seeking.end());
        if (part->kind == SyntaxKind::parent) node->seeking.push_back(part->slot);
    }
    Syntax* path_of(Syntax* step) {
        if (step->kind == SyntaxKind::path) return step;
        Syntax* path = tree_.make(SyntaxKind::path, step->position);
        path->list.push_back(step);
        if (step->kind == SyntaxKind::parent) path->seeking.push_back(step->slot);
        return path;
    }

    SyntaxTree& tree_;
    int labels_ = 0;
};

void mark_tail_calls(Syntax* node) {
    if (node == nullptr || !node->predicates.empty() || node->group != nullptr || node->keep_array)
        return;
    if (node->kind == SyntaxKind::call) {
        node->tail = true;
    } else if (node->kind == SyntaxKind::condition) {
        mark_tail_calls(node->rhs);
        mark_tail_calls(node->third);
    } else if (node->kind == SyntaxKind::block && !node->list.empty()) {
        mark_tail_calls(node->list.back());
    }
}

Shaped Shaper::shape_kind(Syntax* node) {
    const SyntaxKind kind = node->kind;
    if (kind == SyntaxKind::dot) return dot(node);
    if (kind == SyntaxKind::predicate) return predicate(node);
    if (kind == SyntaxKind::group) return group(node);
    if (kind == SyntaxKind::order) return order(node);
    if (kind == SyntaxKind::focus) return focus(node);
    if (kind == SyntaxKind::index) return index(node);
    if (kind == SyntaxKind::block) return block(node);
    if (kind == SyntaxKind::keyword || kind == SyntaxKind::name) {
        node->kind = SyntaxKind::name;
        Syntax* path = path_of(node);
        path->keep_singleton = node->keep_array;
        return path;
    }
    if (kind == SyntaxKind::parent) {
        node->slot = &tree_.ancestors.emplace_back(Ancestor{labels_++, 1});
        return node;
    }
    if (kind == SyntaxKind::lambda) {
        GRADUS_TRY(node->rhs, shape(node->rhs));
        mark_tail_calls(node->rhs);
        return node;
    }
    if (kind == SyntaxKind::call || kind == SyntaxKind::partial) {
        // What is called doesn't look for an enclosing step.
        GRADUS_TRY(node->lhs, shape(node->lhs));
    } else {
        GRADUS_CHECK(shape_into(node->lhs, node));
    }
    GRADUS_CHECK(shape_into(node->rhs, node));
    GRADUS_CHECK(shape_into(node->third, node));
    for (Syntax*& part : node->list)
        GRADUS_CHECK(shape_into(part, node));
    if (kind == SyntaxKind::negate && node->lhs->kind == SyntaxKind::number) {
        const Value& number = node->lhs->value;
        node->lhs->value =
            number.is_integer() ? Value(-number.as_integer()) : Value(-number.as_double());
        return node->lhs;
    }
    if (kind == SyntaxKind::apply)
        node->keep_array |= node->lhs->keep_array || node->rhs->keep_array;
    return node;
}

Shaped Shaper::block(Syntax* node) {
    for (Syntax*& part : node->list) {
        GRADUS_CHECK(shape_into(part, node));
        if (part->constructed ||
            (part->kind == SyntaxKind::path && part->list.front()->constructed))
            node->constructed = true;
    }
    return node;
}

Shaped Shaper::dot(Syntax* node) {
    GRADUS_TRY(Syntax * left, shape(node->lhs));
    Syntax* path = path_of(left);
    GRADUS_TRY(Syntax * rest, shape(node->rhs));
    if (rest->kind == SyntaxKind::path) {
        path->list.insert(path->list.end(), rest->list.begin(), rest->list.end());
    } else {
        rest->stages.insert(rest->stages.end(), rest->predicates.begin(), rest->predicates.end());
        rest->predicates.clear();
        path->list.push_back(rest);
    }
    for (Syntax* step : path->list) {
        if (step->kind == SyntaxKind::number || step->kind == SyntaxKind::literal)
            return make_error("S0213", step->position, step->text, step->value);
        if (step->kind == SyntaxKind::string) step->kind = SyntaxKind::name;
        if (step->keep_array) path->keep_singleton = true;
    }
    for (Syntax* step : {path->list.front(), path->list.back()}) {
        if (step->kind == SyntaxKind::array) step->constructed = true;
    }
    GRADUS_CHECK(resolve_parents(path));
    return path;
}

Shaped Shaper::predicate(Syntax* node) {
    GRADUS_TRY(Syntax * result, shape(node->lhs));
    Syntax* step = result;
    const bool in_path = result->kind == SyntaxKind::path;
    if (in_path) step = result->list.back();
    if (result->group != nullptr || step->group != nullptr)
        return make_error("S0209", node->position);
    GRADUS_TRY(Syntax * filter, shape(node->rhs));
    std::vector<Ancestor*> seeking = filter->seeking;
    if (filter->kind == SyntaxKind::parent) seeking.push_back(filter->slot);
    for (Ancestor* slot : seeking) {
        if (slot->level == 1)
            GRADUS_CHECK(seek(step, *slot));
        else
            --slot->level;
    }
    step->seeking.insert(step->seeking.end(), seeking.begin(), seeking.end());
    (in_path ? step->stages : step->predicates).push_back({filter, {}});
    return result;
}

Shaped Shaper::group(Syntax* node) {
    GRADUS_TRY(Syntax * result, shape(node->lhs));
    if (result->group != nullptr) return make_error("S0210", node->position);
    for (Syntax*& part : node->rhs->list) {
        GRADUS_TRY(part, shape(part));
    }
    result->group = node->rhs;
    return result;
}

Shaped Shaper::order(Syntax* node) {
    GRADUS_TRY(Syntax * left, shape(node->lhs));
    Syntax* path = path_of(left);
    Syntax* sort = tree_.make(SyntaxKind::sort, node->position);
    for (Syntax* term : node->list) {
        GRADUS_CHECK(shape_into(term->lhs, sort));
        sort->list.push_back(term);
    }
    path->list.push_back(sort);
    GRADUS_CHECK(resolve_parents(path));
    return path;
}

Shaped Shaper::focus(Syntax* node) {
    GRADUS_TRY(Syntax * result, shape(node->lhs));
    Syntax* step = result->kind == SyntaxKind::path ? result->list.back() : result;
    if (!step->stages.empty() || !step->predicates.empty())
        return make_error("S0215", node->position);
    if (step->kind == SyntaxKind::sort) return make_error("S0216", node->position);
    if (node->keep_array) step->keep_array = true;
    step->focus = node->rhs->text;
    step->tuple = true;
    return result;
}

Shaped Shaper::index(Syntax* node) {
    GRADUS_TRY(Syntax * result, shape(node->lhs));
    Syntax* step = result;
    if (result->kind == SyntaxKind::path) {
        step = result->list.back();
    } else {
        result = path_of(result);
        step->stages.insert(step->stages.end(), step->predicates.begin(), step->predicates.end());
        step->predicates.clear();
    }
    if (step->stages.empty())
        step->index = node->rhs->text;
    else
        step->stages.push_back({nullptr, node->rhs->text});
    step->tuple = true;
    if (node->keep_array) result->keep_singleton = true;
    return result;
}

// Walks from a step towards what it came from, until as many levels up as the % asks for.
Result<void, Error> Shaper::seek(Syntax* node, Ancestor& slot) {
    if (node->kind == SyntaxKind::name || node->kind == SyntaxKind::wildcard) {
        if (--slot.level > 0) return {};
        if (node->ancestor != nullptr)
            slot.label = node->ancestor->label;
        else
            node->ancestor = &slot;
        node->tuple = true;
        return {};
    }
    if (node->kind == SyntaxKind::parent) {
        ++slot.level;
        return {};
    }
    if (node->kind == SyntaxKind::block) {
        if (node->list.empty()) return {};
        node->tuple = true;
        return seek(node->list.back(), slot);
    }
    if (node->kind != SyntaxKind::path) return make_error("S0217", node->position, node->text);
    node->tuple = true;
    for (std::size_t i = node->list.size(); i-- > 0;) {
        GRADUS_CHECK(seek(node->list[i], slot));
        if (slot.level <= 0) break;
    }
    return {};
}

Result<void, Error> Shaper::resolve_parents(Syntax* path) {
    Syntax* last = path->list.back();
    std::vector<Ancestor*> slots = last->seeking;
    if (last->kind == SyntaxKind::parent) slots.push_back(last->slot);
    for (Ancestor* slot : slots) {
        std::size_t index = path->list.size() - 1;
        while (slot->level > 0) {
            if (index == 0) {
                path->seeking.push_back(slot);
                break;
            }
            Syntax* step = path->list[--index];
            // Steps in a row that bind a variable all start from the same context.
            while (index > 0 && !step->focus.empty() && !path->list[index - 1]->focus.empty())
                step = path->list[--index];
            GRADUS_CHECK(seek(step, *slot));
        }
    }
    return {};
}

} // namespace

Shaped shape(SyntaxTree& tree, Syntax* root) {
    GRADUS_TRY(Syntax * result, Shaper(tree).shape(root));
    if (result->kind == SyntaxKind::parent || !result->seeking.empty())
        return make_error("S0217", result->position, result->text);
    return result;
}

} // namespace gradus::jsonata
