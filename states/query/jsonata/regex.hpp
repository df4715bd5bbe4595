#pragma once
// Regular expressions with the meaning JavaScript gives them, matched by PCRE2 within limits.

#include "states/query/jsonata/jsonata.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::jsonata {

class Regex {
public:
    static Result<Regex, Error> compile(std::string_view pattern, bool ignore_case, bool multiline,
                                        std::size_t position);

    struct Match {
        std::size_t begin = 0; // bytes
        std::size_t end = 0;
        std::vector<std::optional<std::string>> groups;
    };
    enum class Found { yes, no, gave_up };
    /// Buffers that one search hands to the next.
    struct Workspace {
        std::shared_ptr<void> context;
        std::shared_ptr<void> data;
    };
    /// The first match at or after byte `from`.
    Found search(std::string_view text, std::size_t from, Match& match, Workspace& workspace) const;
    Found search(std::string_view text, std::size_t from, Match& match) const {
        Workspace workspace;
        return search(text, from, match, workspace);
    }
    const std::string& pattern() const { return pattern_; }

private:
    std::string pattern_;
    std::shared_ptr<const void> code_;
};

} // namespace gradus::jsonata
