#include "gradus/assert.hpp"
#include "states/query/path/syntax.hpp"

#include <algorithm>
#include <span>

namespace gradus::path {
namespace {

using Rest = std::span<const Step>;

class Replacement {
public:
    explicit Replacement(const Replace& replace) : replace_(replace) {}

    Value apply(const Value& value, Rest steps) const {
        if (steps.empty()) return replace_(value);
        const Rest rest = steps.subspan(1);
        const Step& step = steps.front();
        if (std::holds_alternative<DescentStep>(step)) {
            // Its own matches first, then those further below.
            return children(apply(value, rest), steps, [](auto, auto) { return true; });
        }
        return children(value, rest, [&](const Member* member, std::int64_t index) {
            return matches(step, member, index, static_cast<std::int64_t>(value.size()));
        });
    }

private:
    static bool matches(const Step& step, const Member* member, std::int64_t index,
                        std::int64_t size) {
        if (std::holds_alternative<WildcardStep>(step)) return true;
        if (member != nullptr) {
            if (const auto* name = std::get_if<NameStep>(&step)) return name->name == member->key;
            const auto* names = std::get_if<NamesStep>(&step);
            return names != nullptr &&
                   std::ranges::find(names->names, member->name()) != names->names.end();
        }
        const auto is_it = [&](std::int64_t wanted) {
            return index == (wanted < 0 ? wanted + size : wanted);
        };
        if (const auto* one = std::get_if<IndexStep>(&step)) return is_it(one->index);
        const auto* some = std::get_if<IndicesStep>(&step);
        return some != nullptr && std::ranges::any_of(some->indices, is_it);
    }
    /// The value with those of its members or elements replaced that are wanted.
    template <class IsWanted>
    Value children(const Value& value, Rest steps, const IsWanted& is_wanted) const {
        if (value.is_object()) {
            ObjectBuilder out(value.size());
            for (const Member& member : value.as_object())
                out.append(member.key, is_wanted(&member, std::int64_t{0})
                                           ? apply(member.value, steps)
                                           : member.value);
            return out.build();
        }
        if (!value.is_array()) return value;
        Array out;
        out.reserve(value.size());
        for (const Value& element : value.as_array()) {
            const auto index = static_cast<std::int64_t>(out.size());
            const Member* none = nullptr;
            out.push_back(is_wanted(none, index) ? apply(element, steps) : element);
        }
        return Value(std::move(out));
    }

    const Replace& replace_;
};

} // namespace

bool can_replace(const Path& path) {
    return path.root() == Root::input &&
           std::ranges::none_of(path.syntax().steps, [](const Step& step) {
               return std::holds_alternative<SliceStep>(step) ||
                      std::holds_alternative<FilterStep>(step);
           });
}

Value replace_matches(const Path& path, const Value& document, const Replace& replace) {
    GRADUS_ASSERT(can_replace(path));
    return Replacement(replace).apply(document, path.syntax().steps);
}

} // namespace gradus::path
