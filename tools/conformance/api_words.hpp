#pragma once
// The recorder put tokens and words in place of what was known only at run time. Here they get
// values for one case: first those that it was given by earlier answers, else made-up ones.

#include "gradus/value.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace gradus::conformance {

class ApiWords {
public:
    /// A request's members with every token replaced. `names_nothing`: a word that should be an ARN
    /// and isn't known stands for one of a resource that doesn't exist.
    Value arguments(const Value& recorded, bool names_nothing);
    /// What was recorded, with the words that are known by now replaced by what they stand for.
    Value expected(const Value& recorded) const;
    /// What the engine answered: "activityArn" is what "activity_arn" stands for from now on, and
    /// an execution whose name the request left open takes the next token in a name's place.
    void learn(const Value& answer, bool is_unnamed_start);

private:
    std::string text(std::string_view recorded);
    std::string token(const std::string& name, std::string_view before);
    Value page_token(const Value& recorded);

    std::map<std::string, std::string, std::less<>> words_;  // "activity_arn"
    std::map<std::string, std::string, std::less<>> tokens_; // "<uuid>"
    std::deque<std::string> unnamed_;                        // executions that no token has yet
    Value next_token_;                                       // of the last page
};

} // namespace gradus::conformance
