#include "states/query/jsonata/bound_names.hpp"

#include <algorithm>

namespace gradus::jsonata {

namespace {

void add_name(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

} // namespace

std::string label_name(const Ancestor& slot) { return "%" + std::to_string(slot.label); }

bool has_tuple_step(const Syntax& path) {
    return std::any_of(path.list.begin(), path.list.end(),
                       [](const Syntax* s) { return s->tuple; });
}

// Names that := binds in the frame of `node` itself: not those of blocks, functions and binding
// paths inside it, which have frames of their own.
void collect_bound(const Syntax* node, std::vector<std::string>& names) {
    if (node == nullptr || node->kind == SyntaxKind::lambda || node->kind == SyntaxKind::block)
        return;
    if (node->kind == SyntaxKind::bind) add_name(names, node->lhs->text);
    for (const Syntax* child : {node->lhs, node->rhs, node->third, node->group})
        collect_bound(child, names);
    const bool terms = node->kind == SyntaxKind::sort;
    for (const Syntax* child : node->list)
        collect_bound(terms ? child->lhs : child, names);
    for (const auto& stages : {node->predicates, node->stages}) {
        for (const Stage& stage : stages)
            collect_bound(stage.filter, names);
    }
}

// Names that the steps of a path bind, with those of the paths inside a step that hand theirs on.
void collect_step_names(const Syntax* path, std::vector<std::string>& names) {
    for (const Syntax* step : path->list) {
        if (!step->focus.empty()) add_name(names, step->focus);
        if (!step->index.empty()) add_name(names, step->index);
        if (step->ancestor != nullptr) add_name(names, label_name(*step->ancestor));
        for (const Stage& stage : step->stages) {
            if (!stage.index.empty()) add_name(names, stage.index);
        }
        const Syntax* inner = step;
        while (inner->kind == SyntaxKind::block && inner->tuple && !inner->list.empty())
            inner = inner->list.back();
        if (inner->kind == SyntaxKind::path && inner->tuple) collect_step_names(inner, names);
    }
}

} // namespace gradus::jsonata
