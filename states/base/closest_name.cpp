#include "states/base/closest_name.hpp"

#include <algorithm>
#include <string>

namespace gradus {
namespace {

/// Letters to put in, take out or replace (Levenshtein), on bytes: names are ASCII for the most
/// part.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

} // namespace

std::string_view closest_name(std::string_view name,
                              const std::vector<std::string_view>& candidates) {
    const std::string wanted = lower(name);
    // Two letters swapped are two steps. Longer names may have more slips; above a third, or four,
    // it is another word.
    std::size_t best_distance = std::clamp<std::size_t>(name.size() / 3, 2, 4) + 1;
    std::string_view best;
    for (const std::string_view candidate : candidates) {
        const std::size_t longer = std::max(candidate.size(), name.size());
        const std::size_t shorter = std::min(candidate.size(), name.size());
        if (longer - shorter >= best_distance) continue;
        const std::size_t steps = distance(wanted, lower(candidate));
        if (steps >= best_distance) continue;
        best = candidate;
        best_distance = steps;
    }
    return best;
}

} // namespace gradus
