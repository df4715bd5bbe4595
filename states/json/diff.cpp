#include "gradus/json.hpp"
#include "gradus/value_diff.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// Arrays whose lengths have a larger product are compared element by element: aligning them takes
/// time and memory of that order.
constexpr std::size_t alignment_cells_max = 1'000'000;

class Comparison {
public:
    explicit Comparison(const IsAccepted& is_accepted) : is_accepted_(is_accepted) {}

    void compare(const Value& expected, const Value& actual, const std::string& pointer) {
        if (is_equal(expected, actual)) return;
        if (expected.is_object() && actual.is_object())
            return compare_objects(expected, actual, pointer);
        if (expected.is_array() && actual.is_array())
            return compare_arrays(expected, actual, pointer);
        differences_.push_back({pointer, expected, actual});
    }
    std::vector<ValueDifference> take() { return std::move(differences_); }

private:
    bool is_equal(const Value& expected, const Value& actual) const {
        return is_same_text(expected, actual) || (is_accepted_ && is_accepted_(expected, actual));
    }

    void compare_objects(const Value& expected, const Value& actual, const std::string& pointer) {
        const std::size_t before = differences_.size();
        for (const Member& member : expected.as_object()) {
            const std::string child = pointer_child(pointer, member.name());
            if (const Value* other = actual.find_key(member.key))
                compare(member.value, *other, child);
            else
                differences_.push_back({child, member.value, std::nullopt});
        }
        for (const Member& member : actual.as_object()) {
            if (expected.find_key(member.key) == nullptr)
                differences_.push_back(
                    {pointer_child(pointer, member.name()), std::nullopt, member.value});
        }
        const bool has_same_order =
            std::equal(expected.as_object().begin(), expected.as_object().end(),
                       actual.as_object().begin(), actual.as_object().end(),
                       [](const Member& a, const Member& b) { return a.name() == b.name(); });
        if (differences_.size() == before && !has_same_order)
            differences_.push_back({pointer, expected, actual});
    }

    void compare_arrays(const Value& expected, const Value& actual, const std::string& pointer) {
        const auto x = expected.as_array();
        const auto y = actual.as_array();
        // What is alike at both ends needs no alignment.
        std::size_t first = 0;
        while (first < x.size() && first < y.size() && is_equal(x[first], y[first]))
            ++first;
        std::size_t last = 0;
        while (last < x.size() - first && last < y.size() - first &&
               is_equal(x[x.size() - 1 - last], y[y.size() - 1 - last]))
            ++last;
        align(x.subspan(first, x.size() - first - last), y.subspan(first, y.size() - first - last),
              first, pointer);
    }

    /// Elements in both count as the same along the longest common subsequence; between those,
    /// elements at the same place are compared, and what is left was removed or added.
    void align(std::span<const Value> x, std::span<const Value> y, std::size_t offset,
               const std::string& pointer) {
        if (x.size() * y.size() > alignment_cells_max)
            return compare_run(x, y, offset, offset, pointer);
        const std::size_t width = y.size() + 1;
        std::vector<std::uint32_t> common((x.size() + 1) * width);
        for (std::size_t i = x.size(); i-- > 0;) {
            for (std::size_t j = y.size(); j-- > 0;) {
                common[i * width + j] = is_equal(x[i], y[j]) ? common[(i + 1) * width + j + 1] + 1
                                                             : std::max(common[(i + 1) * width + j],
                                                                        common[i * width + j + 1]);
            }
        }
        std::size_t i = 0;
        std::size_t j = 0;
        while (i < x.size() || j < y.size()) {
            const std::size_t from_i = i;
            const std::size_t from_j = j;
            while ((i < x.size() || j < y.size()) &&
                   !(i < x.size() && j < y.size() && is_equal(x[i], y[j]))) {
                const bool skips_x =
                    j == y.size() ||
                    (i < x.size() && common[(i + 1) * width + j] >= common[i * width + j + 1]);
                skips_x ? ++i : ++j;
            }
            compare_run(x.subspan(from_i, i - from_i), y.subspan(from_j, j - from_j),
                        offset + from_i, offset + from_j, pointer);
            ++i;
            ++j;
        }
    }

    void compare_run(std::span<const Value> x, std::span<const Value> y, std::size_t x_offset,
                     std::size_t y_offset, const std::string& pointer) {
        const std::size_t both = std::min(x.size(), y.size());
        for (std::size_t i = 0; i < both; ++i)
            compare(x[i], y[i], pointer_child(pointer, x_offset + i));
        for (std::size_t i = both; i < x.size(); ++i)
            differences_.push_back({pointer_child(pointer, x_offset + i), x[i], std::nullopt});
        for (std::size_t i = both; i < y.size(); ++i)
            differences_.push_back({pointer_child(pointer, y_offset + i), std::nullopt, y[i]});
    }

    const IsAccepted& is_accepted_;
    std::vector<ValueDifference> differences_;
};

} // namespace

std::vector<ValueDifference> value_differences(const Value& expected, const Value& actual,
                                               const IsAccepted& is_accepted) {
    Comparison comparison(is_accepted);
    comparison.compare(expected, actual, "");
    return comparison.take();
}

} // namespace gradus
