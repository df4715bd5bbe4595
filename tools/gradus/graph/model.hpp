#pragma once
// A state machine as a picture: nodes, edges and the boxes of nested machines, read out of a
// definition; and what a history says of them. Pure: drawing is dot.cpp and mermaid.cpp.

#include "gradus/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus::graph {

enum class Mark { none, passed, caught, failed, waiting };

struct Node {
    std::string name;   // of the state
    std::string type;   // "Task"
    std::string detail; // a second line: the resource's last part, a wait's time…
    bool is_end = false;
    Mark mark = Mark::none;
    std::size_t visits = 0;
};

enum class EdgeKind { next, choice, fallback, failure }; // fallback: a Choice's Default

struct Edge {
    std::string from;
    std::string to;
    EdgeKind kind = EdgeKind::next;
    std::string label;
    std::size_t passes = 0;
};

/// One States object. Names of states are unique in a whole definition, so they name nodes.
struct Machine {
    std::string start;
    std::string owner; // the Parallel or Map state; empty for the machine itself
    std::string label; // "branch 1", "each item"
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<Machine> inner;
};

/// Reads a definition that compiles.
Machine read_machine(const Value& definition);
/// Marks what the events of a history (GetExecutionHistory) passed through.
void mark_history(Machine& machine, const Value& history);
/// Whether any state was marked: colours need their legend then.
bool is_marked(const Machine& machine);

std::string to_dot(const Machine& machine);
std::string to_mermaid(const Machine& machine);

} // namespace gradus::graph
