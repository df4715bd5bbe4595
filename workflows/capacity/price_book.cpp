#include "workflows/capacity/price_book.hpp"

#include "workflows/capacity/members.hpp"

namespace gradus::capacity {

bool PriceBook::add(const Value& entry) {
    const std::string product = text_of(entry["ProductDescription"]);
    // "Linux/UNIX (Amazon VPC)" is the same product under its older name.
    if (product != "Linux/UNIX" && product != "Linux/UNIX (Amazon VPC)") return false;
    const auto usd = number_of(entry["SpotPrice"]);
    const auto at = time_of(entry["Timestamp"]);
    std::string zone = text_of(entry["AvailabilityZone"]);
    std::string type = text_of(entry["InstanceType"]);
    if (!usd || *usd <= 0 || !at || zone.empty() || type.empty()) return false;
    add(std::move(zone), std::move(type), {*usd, *at});
    return true;
}

void PriceBook::add(std::string zone, std::string type, Price price) {
    const auto [place, is_new] =
        prices_.emplace(std::pair(std::move(zone), std::move(type)), price);
    if (!is_new && place->second.at <= price.at) place->second = price;
}

std::optional<Price> PriceBook::latest(std::string_view zone, std::string_view type) const {
    const auto found = prices_.find({std::string(zone), std::string(type)});
    if (found == prices_.end()) return std::nullopt;
    return found->second;
}

} // namespace gradus::capacity
