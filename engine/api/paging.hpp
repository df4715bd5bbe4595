#pragma once
// Lists in pages. A page token says where the list goes on, is good for the same question only, and
// carries a MAC; nothing is kept for it.

#include "gradus/result.hpp"
#include "gradus/states_error.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::api {

/// What a list operation was asked: its name and all members but maxResults and nextToken decide
/// which tokens it takes.
struct Question {
    std::string_view operation;
    const Value& input;
    std::string_view token_secret;
    Timestamp now;
};

struct Page {
    std::vector<Value> items;
    Value next_token; // null: the last page
};

/// An item with the text by which the list is in order.
struct Listed {
    std::string place;
    Value item;
};
enum class Order : std::uint8_t { ascending, descending };

/// The page that is asked for of a list that is there as a whole. It goes on behind the last page
/// also when that page's items are gone. Fails with InvalidToken.
Result<Page, StatesError> page_of(const Question& question, const std::vector<Listed>& list,
                                  Order order = Order::ascending);
/// The number at which the page before ended, for lists whose places are numbers and of which only
/// the page is read; nothing: the first page is asked for. Fails with InvalidToken.
Result<std::optional<std::uint64_t>, StatesError> place_behind(const Question& question);
/// A number as a place: "00000000000000000042".
std::string place_of(std::uint64_t number);

/// maxResults, where 0 and absence mean 100.
std::size_t results_max(const Value& input);

} // namespace gradus::api
