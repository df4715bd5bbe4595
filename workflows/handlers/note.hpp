#pragma once
// What handlers tell whoever watches: the story of a run, and the records that its table is made
// from. Nothing depends on anybody listening.

#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <functional>
#include <string>

namespace gradus::workflows {

struct Note {
    Timestamp at{};
    std::string region;
    std::string kind; // "ranked", "failed", "launched", "lost", "success sent"…
    Value data;
};

using Notes = std::function<void(const Note&)>;

} // namespace gradus::workflows
