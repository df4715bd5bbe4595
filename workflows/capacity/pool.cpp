#include "workflows/capacity/pool.hpp"

namespace gradus::capacity {

std::string_view to_string(Market market) { return market == Market::spot ? "spot" : "on-demand"; }

std::string region_of_zone(std::string_view zone) {
    // Zone names end in letters: us-west-2a. Local zones (us-west-2-lax-1a) keep their own name.
    while (!zone.empty() && zone.back() >= 'a' && zone.back() <= 'z')
        zone.remove_suffix(1);
    return std::string(zone);
}

std::string to_string(const Pool& pool) {
    return std::string(to_string(pool.market)) + "/" + pool.zone + "/" + pool.type;
}

std::optional<Pool> parse_pool(std::string_view text) {
    const std::size_t first = text.find('/');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find('/', first + 1);
    if (second == std::string_view::npos || second + 1 == text.size()) return std::nullopt;
    Pool pool;
    const std::string_view market = text.substr(0, first);
    if (market == "on-demand") {
        pool.market = Market::on_demand;
    } else if (market != "spot") {
        return std::nullopt;
    }
    pool.zone = text.substr(first + 1, second - first - 1);
    pool.type = text.substr(second + 1);
    if (pool.zone.empty()) return std::nullopt;
    return pool;
}

} // namespace gradus::capacity
