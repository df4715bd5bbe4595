// The picture as a Mermaid flowchart, for pages that draw it themselves.
#include "tools/gradus/graph/model.hpp"

#include <map>

namespace gradus::graph {
namespace {

/// Mermaid reads entities in quoted labels.
std::string label_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"')
            out += "#quot;";
        else if (c == '#')
            out += "#35;";
        else if (c == '<')
            out += "#lt;";
        else if (c == '>')
            out += "#gt;";
        else
            out += c;
    }
    return out;
}

class MermaidWriter {
public:
    std::string write(const Machine& machine) {
        out_ = "flowchart TD\n";
        name_nodes(machine);
        scope(machine, "  ");
        if (is_marked(machine)) {
            out_ += "  classDef passed fill:#dcf5e3,stroke:#1a7f37\n"
                    "  classDef caught fill:#fff1d6,stroke:#bc6c00\n"
                    "  classDef failed fill:#ffe1e0,stroke:#cf222e\n"
                    "  classDef waiting fill:#ddefff,stroke:#0969da\n";
        }
        return out_;
    }

private:
    void name_nodes(const Machine& machine) {
        for (const Node& node : machine.nodes)
            ids_.emplace(node.name, "s" + std::to_string(ids_.size()));
        for (const Machine& inner : machine.inner)
            name_nodes(inner);
    }

    static std::pair<std::string_view, std::string_view> brackets_of(const std::string& type) {
        if (type == "Choice") return {"{", "}"};
        if (type == "Wait") return {"{{", "}}"};
        if (type == "Succeed" || type == "Fail") return {"([", "])"};
        if (type == "Parallel" || type == "Map") return {"[[", "]]"};
        return {"(", ")"};
    }

    void node(const Node& node, const std::string& indent) {
        const auto [open, close] = brackets_of(node.type);
        std::string text = label_text(node.name) + "<br/><small>" + node.type;
        if (!node.detail.empty()) text += " · " + label_text(node.detail);
        if (node.visits > 1) text += " · ×" + std::to_string(node.visits);
        out_ += indent + ids_[node.name] + std::string(open) + "\"" + text + "</small>\"" +
                std::string(close);
        switch (node.mark) {
        case Mark::none: break;
        case Mark::passed: out_ += ":::passed"; break;
        case Mark::caught: out_ += ":::caught"; break;
        case Mark::failed: out_ += ":::failed"; break;
        case Mark::waiting: out_ += ":::waiting"; break;
        }
        out_ += "\n";
    }

    void edge(const Edge& edge, const std::string& indent) {
        const bool is_dashed = edge.kind == EdgeKind::failure || edge.kind == EdgeKind::fallback;
        const std::string_view arrow = edge.passes > 0 ? "==>" : is_dashed ? "-.->" : "-->";
        out_ += indent + ids_[edge.from] + " " + std::string(arrow);
        if (!edge.label.empty()) out_ += "|\"" + label_text(edge.label) + "\"|";
        out_ += " " + ids_[edge.to] + "\n";
    }

    void scope(const Machine& machine, const std::string& indent) {
        const std::string id = std::to_string(scopes_++);
        out_ += indent + "start" + id + "((\" \")) --> " + ids_[machine.start] + "\n";
        for (const Node& each : machine.nodes)
            node(each, indent);
        for (const Edge& each : machine.edges)
            edge(each, indent);
        for (const Node& each : machine.nodes) {
            if (each.is_end && each.type != "Fail")
                out_ += indent + ids_[each.name] + " --> end" + id + "(((\" \")))\n";
        }
        for (const Machine& inner : machine.inner) {
            const std::string box = "box" + std::to_string(scopes_);
            out_ += indent + "subgraph " + box + "[\"" +
                    label_text(inner.owner + ": " + inner.label) + "\"]\n";
            scope(inner, indent + "  ");
            out_ += indent + "end\n";
            out_ += indent + ids_[inner.owner] + " -.- " + box + "\n";
        }
    }

    std::string out_;
    std::map<std::string, std::string> ids_;
    std::size_t scopes_ = 0;
};

} // namespace

std::string to_mermaid(const Machine& machine) { return MermaidWriter().write(machine); }

} // namespace gradus::graph
