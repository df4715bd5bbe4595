// The picture as Graphviz text. Boxes of nested machines are clusters below their state.
#include "tools/gradus/graph/model.hpp"

namespace gradus::graph {
namespace {

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

struct Look {
    std::string_view fill;
    std::string_view line;
};
Look look_of(Mark mark) {
    switch (mark) {
    case Mark::none: return {"#ffffff", "#59636e"};
    case Mark::passed: return {"#dcf5e3", "#1a7f37"};
    case Mark::caught: return {"#fff1d6", "#bc6c00"};
    case Mark::failed: return {"#ffe1e0", "#cf222e"};
    case Mark::waiting: return {"#ddefff", "#0969da"};
    }
    return {};
}

std::string_view shape_of(const std::string& type) {
    if (type == "Choice") return "diamond";
    if (type == "Wait") return "hexagon";
    if (type == "Succeed" || type == "Fail") return "ellipse";
    if (type == "Parallel" || type == "Map") return "box3d";
    return "box";
}

class DotWriter {
public:
    std::string write(const Machine& machine) {
        out_ = "digraph workflow {\n"
               "  graph [rankdir=TB, nodesep=0.35, ranksep=0.45, fontname=\"Helvetica\", "
               "fontsize=11, compound=true, bgcolor=\"white\", pad=0.2]\n"
               "  node [fontname=\"Helvetica\", fontsize=12, margin=\"0.16,0.08\", height=0.45]\n"
               "  edge [fontname=\"Helvetica\", fontsize=10, color=\"#59636e\", "
               "fontcolor=\"#3d444d\", arrowsize=0.7]\n";
        scope(machine, "  ");
        if (is_marked(machine)) legend();
        return out_ + "}\n";
    }

private:
    void node(const Node& node, const std::string& indent) {
        const Look look = look_of(node.mark);
        std::string label = "<B>" + html(node.name) + "</B>";
        std::string second = node.type;
        if (!node.detail.empty()) second += " · " + node.detail;
        if (node.visits > 1) second += " · ×" + std::to_string(node.visits);
        label += "<BR/><FONT POINT-SIZE=\"9\" COLOR=\"#59636e\">" + html(second) + "</FONT>";
        const bool is_rounded = shape_of(node.type) == "box";
        out_ += indent + in_quotes(node.name) + " [label=<" + label +
                ">, shape=" + std::string(shape_of(node.type)) + ", style=\"filled" +
                (is_rounded ? ",rounded" : "") + "\", fillcolor=\"" + std::string(look.fill) +
                "\", color=\"" + std::string(look.line) + "\"" +
                (node.mark == Mark::none ? "" : ", penwidth=1.8") + "]\n";
    }

    void edge(const Edge& edge, const std::string& indent) {
        out_ += indent + in_quotes(edge.from) + " -> " + in_quotes(edge.to) + " [";
        const bool is_failure = edge.kind == EdgeKind::failure;
        if (is_failure) out_ += "style=dashed, color=\"#cf222e\", fontcolor=\"#cf222e\", ";
        if (edge.kind == EdgeKind::fallback) out_ += "style=dashed, ";
        if (edge.passes > 0) {
            out_ += "penwidth=2.4, ";
            if (!is_failure) out_ += "color=\"#1a7f37\", ";
        }
        std::string label = edge.label;
        if (edge.passes > 1) label += (label.empty() ? "×" : " ×") + std::to_string(edge.passes);
        out_ += "label=" + in_quotes(label.empty() ? label : " " + label + " ") + "]\n";
    }

    void scope(const Machine& machine, const std::string& indent) {
        const std::string id = std::to_string(scopes_++);
        const std::string start = "start " + id;
        const std::string end = "end " + id;
        const bool is_outer = machine.owner.empty();
        const std::string dot_size = is_outer ? "0.22" : "0.12";
        out_ += indent + in_quotes(start) +
                " [shape=circle, label=\"\", style=filled, fillcolor="
                "\"#3d444d\", color=\"#3d444d\", width=" +
                dot_size + ", height=" + dot_size + ", fixedsize=true]\n";
        for (const Node& each : machine.nodes)
            node(each, indent);
        out_ += indent + in_quotes(start) + " -> " + in_quotes(machine.start) + "\n";
        for (const Edge& each : machine.edges)
            edge(each, indent);
        bool has_end = false;
        for (const Node& each : machine.nodes) {
            if (!each.is_end || each.type == "Fail") continue;
            has_end = true;
            out_ += indent + in_quotes(each.name) + " -> " + in_quotes(end) +
                    (each.mark == Mark::passed ? " [penwidth=2.4, color=\"#1a7f37\"]" : "") + "\n";
        }
        if (has_end) {
            out_ += indent + in_quotes(end) +
                    " [shape=doublecircle, label=\"\", style=filled, "
                    "fillcolor=\"#3d444d\", color=\"#3d444d\", width=" +
                    dot_size + ", height=" + dot_size + ", fixedsize=true]\n";
        }
        for (const Machine& inner : machine.inner) {
            const std::string cluster = std::to_string(scopes_);
            out_ += indent + "subgraph \"cluster " + cluster + "\" {\n" + indent +
                    "  label=" + in_quotes(inner.owner + ": " + inner.label) + "\n" + indent +
                    "  style=\"rounded,filled\"; color=\"#d1d9e0\"; "
                    "fillcolor=\"#f6f8fa\"; fontcolor=\"#59636e\"; labeljust=l\n";
            scope(inner, indent + "  ");
            out_ += indent + "}\n";
            out_ += indent + in_quotes(inner.owner) + " -> " + in_quotes("start " + cluster) +
                    " [style=dotted, arrowhead=none, lhead=\"cluster " + cluster + "\"]\n";
        }
    }

    void legend() {
        out_ +=
            "  subgraph \"cluster legend\" {\n    label=\"\"; color=\"#d1d9e0\"; style=rounded\n";
        const std::pair<const char*, Mark> rows[] = {{"passed", Mark::passed},
                                                     {"error caught", Mark::caught},
                                                     {"failed", Mark::failed},
                                                     {"not left", Mark::waiting}};
        for (const auto& [name, mark] : rows) {
            const Look look = look_of(mark);
            out_ += "    " + in_quotes(std::string("legend ") + name) +
                    " [label=" + in_quotes(name) +
                    ", shape=box, style=\"filled,rounded\", fontsize=10, height=0.2, fillcolor=\"" +
                    std::string(look.fill) + "\", color=\"" + std::string(look.line) + "\"]\n";
        }
        out_ += "  }\n";
    }

    std::string out_;
    std::size_t scopes_ = 0;
};

} // namespace

std::string to_dot(const Machine& machine) { return DotWriter().write(machine); }

} // namespace gradus::graph
