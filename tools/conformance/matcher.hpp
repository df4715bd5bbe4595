#pragma once
// Comparing what was recorded with what came out. The recorder put placeholders where values differ
// from run to run; the rules are those of the corpus's README.

#include "gradus/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::conformance {

class Matcher {
public:
    /// `wildcard_paths` are the case's normalised_paths.
    explicit Matcher(const Value& wildcard_paths);

    /// Members of this name may be there or not.
    void ignore_member(std::string name) { wildcard_members_.push_back(std::move(name)); }

    /// One drawn UUID is as good as another.
    void accept_any_uuid() { accepts_any_uuid_ = true; }

    /// Nothing when `actual` is what `expected` allows; else the place and both sides.
    std::optional<std::string> difference(const Value& expected, const Value& actual,
                                          const std::string& at = "");
    bool matches(const Value& expected, const Value& actual) {
        return !difference(expected, actual).has_value();
    }
    /// Two histories, first in order, then, where branches interleave, along previousEventId
    /// chains.
    std::optional<std::string> history_difference(const Value& expected, const Value& actual,
                                                  const Value& the_case);

private:
    std::optional<std::string> text_difference(const Value& expected, const Value& actual,
                                               const std::string& at);
    bool text_matches(std::string_view expected, std::string_view actual);
    bool is_wildcard_member(std::string_view name) const;
    std::optional<std::string> event_difference(const Value& expected, const Value& actual,
                                                bool with_ids);
    std::optional<std::string> difference_in_order(const Value& expected, const Value& actual);
    bool chains_match(const Value& expected, const Value& actual);
    bool multisets_match(const Value& expected, const Value& actual);

    std::vector<std::string> wildcard_members_;
    std::map<std::string, std::string, std::less<>> bound_; // placeholder to the text it stands for
    bool is_input_normalised_ = false;
    bool accepts_any_uuid_ = false;
};

} // namespace gradus::conformance
