#pragma once
// Going through the pages of an operation, as its model describes them (botocore's form:
// input_token, output_token, more_results, result_key, limit_key). Pure: a page in, the parameters
// of the next call out.

#include "aws/paging/path_expression.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gradus::aws {

class Paginator {
public:
    /// Fails with invalid_argument when the description isn't one of pages, and like
    /// PathExpression::compile.
    static Result<Paginator> load(const Value& description);

    /// The parameters of the call for the page after `output`, which `input` asked for; nothing
    /// when that was the last. Fails with internal when the service leads back to the same page.
    Result<std::optional<Value>> next(const Value& input, const Value& output) const;

    /// The pages so far and one more: lists of results follow one another, numbers are summed, all
    /// else is as on the first page. Page tokens are left out.
    Value with_page(const Value& pages, const Value& page) const;

    /// The parameter that says how many results a page has; empty: there is none.
    const std::string& limit_key() const { return limit_key_; }

private:
    std::vector<std::string> input_tokens_;
    std::vector<PathExpression> output_tokens_;
    std::optional<PathExpression> more_results_;
    std::vector<std::string> result_keys_; // "Contents", "List.Items"
    std::string limit_key_;
};

} // namespace gradus::aws
