#pragma once
// One API call inside the simulated AWS: what a handler gets and gives, how its parameters are read
// and its answers are made. Inside of aws/simulated.

#include "aws/simulated/simulated_aws.hpp"

#include "states/base/base.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::simulated {

struct Region;

using Outcome = Result<Value, aws::ServiceError>;
using Tags = std::map<std::string, std::string>;

struct ApiCall {
    World& world;
    Region& region;
    const Value& params;
    std::string access_key_id;
};

using Handler = Outcome (*)(ApiCall&);

/// A row of a service's table: what it offers here.
struct OperationRow {
    std::string_view name;
    Handler handler;
};

/// An error of a service. 5xx statuses are the receiver's fault.
aws::ServiceError fault(std::string code, std::string message, int http_status = 400);

/// The member as text, number or flag; the fallback when it isn't there.
std::string text(const Value& value, std::string_view fallback = "");
std::int64_t integer(const Value& value, std::int64_t fallback);
double real(const Value& value, double fallback);
bool is_set(const Value& value);
std::vector<std::string> texts(const Value& list);
/// Whether a list of wanted names has this one; an empty list wants everything.
bool is_among(const std::vector<std::string>& wanted, std::string_view name);
Value list_of(const std::vector<std::string>& values);

/// Epoch seconds, as answers carry time stamps.
Value time_value(Timestamp at);
std::optional<Timestamp> time_of(const Value& epoch_seconds);
/// "2026-01-02T03:04:05Z", as events and causes carry them.
std::string time_text(Timestamp at);

/// [{"Key": …, "Value": …}] and back; ECS writes both names in lower case.
enum class TagNames { upper, lower };
Tags read_tags(const Value& list, TagNames names = TagNames::upper);
Value write_tags(const Tags& tags, TagNames names = TagNames::upper);
/// Those of a TagSpecifications list for one kind of resource.
Tags specified_tags(const Value& specifications, std::string_view resource_type);

/// Part of a list and the token that asks for the next part; empty at the end.
struct Page {
    std::vector<Value> items;
    std::string next_token;
};
/// Fails with `error_code` for a token that was never handed out.
Result<Page, aws::ServiceError> page_of(const std::vector<Value>& items, const Value& token,
                                        std::int64_t size, std::string_view error_code);

/// The values that a filter's name stands for in one item; nothing when there is no such filter.
using FilterValues =
    std::function<std::optional<std::vector<std::string>>(std::string_view filter_name)>;
/// Whether an item passes a list of {Name, Values}; values may have * and ?.
Result<bool, aws::ServiceError> passes(const Value& filters, const FilterValues& values_of);
/// Values of "tag:NAME" and "tag-key"; nothing for other filters.
std::optional<std::vector<std::string>> tag_filter(std::string_view filter_name, const Tags& tags);

bool matches_wildcards(std::string_view pattern, std::string_view text);

} // namespace gradus::simulated
