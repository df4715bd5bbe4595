#pragma once
// What capacity is counted by: instances of one type in one zone, bought one way. Everything that
// is remembered about the market (failures, successes, exclusions) hangs on a pool, never on a
// region.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradus::capacity {

enum class Market : std::uint8_t { spot, on_demand };

std::string_view to_string(Market market); // "spot", "on-demand"

struct Pool {
    Market market = Market::spot;
    std::string zone; // "us-west-2a"
    std::string type; // "g5.xlarge"

    friend auto operator<=>(const Pool&, const Pool&) = default;
};

/// "us-west-2" for "us-west-2a".
std::string region_of_zone(std::string_view zone);
/// "spot/us-west-2a/g5.xlarge" and back; nothing for other texts.
std::string to_string(const Pool& pool);
std::optional<Pool> parse_pool(std::string_view text);

} // namespace gradus::capacity
