#pragma once
// The latest spot price of each zone and type, read from DescribeSpotPriceHistory. Prices are
// numbers
// ("10.05" is more than "9.80"), only Linux counts, and a price says nothing about capacity.

#include "workflows/capacity/pool.hpp"

#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gradus::capacity {

struct Price {
    double usd_per_hour = 0;
    Timestamp at{}; // since when it holds

    friend bool operator==(const Price&, const Price&) = default;
};

class PriceBook {
public:
    /// Takes an entry of SpotPriceHistory, in the model's member names. False when it was of
    /// another product or couldn't be read; the book is as before then.
    bool add(const Value& entry);
    void add(std::string zone, std::string type, Price price);

    /// Nothing for a zone without any price: that zone alone goes without.
    std::optional<Price> latest(std::string_view zone, std::string_view type) const;
    std::size_t size() const { return prices_.size(); }

private:
    std::map<std::pair<std::string, std::string>, Price> prices_;
};

} // namespace gradus::capacity
