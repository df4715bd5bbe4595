// $match, $contains, $replace and $split, and the calling of a regular expression. All take a
// function in place of one, too, which must give {match, start, end, groups, next} or nothing.

#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/text.hpp"

#include <cmath>

namespace gradus::jsonata {

namespace {

/// One match after another of a regular expression or of a matcher function.
class Matches {
public:
    Matches(Call& call, std::size_t matcher)
        : call_(call), text_(text_at(call, 0)), matcher_(call[matcher]) {
        if (const auto* regex = matcher_.as<RegexFunction>(ObjectKind::regex))
            regex_ = regex->regex;
    }

    std::size_t begin = 0; // bytes
    std::size_t end = 0;
    std::vector<std::optional<std::string>> groups;

    /// False at the end and after a failure.
    bool next() { return regex_ != nullptr ? next_of_regex() : next_of_function(); }
    bool failed() const { return failed_; }
    std::string_view matched() const { return text_.substr(begin, end - begin); }
    /// What a replacement function gets.
    Item as_item();
    /// Characters before the match; each is counted once.
    std::size_t character() {
        characters_ += code_point_count(text_.substr(counted_, begin - counted_));
        counted_ = begin;
        return characters_;
    }

private:
    bool next_of_regex();
    bool next_of_function();
    bool fail() {
        failed_ = true;
        return false;
    }

    Call& call_;
    std::string_view text_;
    const Item& matcher_;
    const Regex* regex_ = nullptr;
    Regex::Workspace workspace_;
    std::size_t counted_ = 0; // bytes
    std::size_t characters_ = 0;
    Item found_; // of a function
    bool began_ = false;
    bool failed_ = false;
};

Value group_value(const std::optional<std::string>& group) {
    return group ? Value(*group) : Value();
}

bool Matches::next_of_regex() {
    Regex::Match match;
    if (!call_.evaluator.take_steps()) return fail();
    switch (regex_->search(text_, end, match, workspace_)) {
    case Regex::Found::no: return false;
    case Regex::Found::gave_up:
        call_.evaluator.out_of("A regular expression takes too long to match");
        return fail();
    case Regex::Found::yes: break;
    }
    if (match.begin == match.end) {
        call_.evaluator.fail("D1004", call_.position, {}, Value(regex_->pattern()));
        return fail();
    }
    begin = match.begin;
    end = match.end;
    groups = std::move(match.groups);
    return true;
}

bool Matches::next_of_function() {
    Item function = matcher_;
    Item argument = call_[0];
    if (began_) {
        const auto* record = found_.as<Record>(ObjectKind::record);
        const Item* next = record != nullptr ? record->find("next") : nullptr;
        if (next == nullptr || !next->is_function()) return false;
        function = *next;
    }
    found_ = call_.evaluator.call(function, &argument, began_ ? 0 : 1, Item(), call_.frame,
                                  call_.position);
    began_ = true;
    if (found_.is_failed()) return fail();
    if (found_.is_undefined()) return false;
    const Value value = to_value(found_);
    const Value& start_value = value["start"];
    const Value& end_value = value["end"];
    const Value& groups_value = value["groups"];
    if (!start_value.is_number() || !end_value.is_number() || !groups_value.is_array()) {
        call_.evaluator.fail("T1010", call_.position);
        return fail();
    }
    const auto place = [&](double character) {
        return byte_of_character(text_, character > 0 ? static_cast<std::size_t>(character) : 0);
    };
    begin = place(start_value.as_double());
    end = std::max(begin, place(end_value.as_double()));
    groups.clear();
    for (const Value& group : groups_value.as_array())
        groups.emplace_back(string_of(Item::refer(group)));
    return true;
}

/// Where a match lies, in characters.
struct Place {
    std::size_t start = 0;
    std::size_t end = 0;
};

Item match_item(Evaluator& evaluator, const Item& regex, const Value& text,
                const Regex::Match& match, Place place) {
    const std::string_view whole = text.as_string();
    auto* record = evaluator.heap().make<Record>(ObjectKind::record);
    Item result(record);
    record->depth = 2;
    Array groups;
    for (const auto& group : match.groups)
        groups.push_back(group_value(group));
    auto* next = evaluator.heap().make<NextMatch>(ObjectKind::next_match);
    next->regex = regex;
    next->text = text;
    next->from = match.end;
    const std::string_view matched = whole.substr(match.begin, match.end - match.begin);
    record->members.emplace_back("match", Item(Value(matched)));
    record->members.emplace_back("start", Item(Value(place.start)));
    record->members.emplace_back("end", Item(Value(place.end)));
    record->members.emplace_back("groups", Item(Value(std::move(groups))));
    record->members.emplace_back("next", Item(next));
    return result;
}

Item Matches::as_item() {
    if (regex_ == nullptr) return found_;
    const std::size_t start = character();
    return match_item(call_.evaluator, matcher_, *call_[0].value(), {begin, end, groups},
                      {start, start + code_point_count(matched())});
}

// A limit that must not be negative; without one there is no bound.
bool read_limit(Call& call, std::size_t i, std::string_view code, double& limit) {
    limit = HUGE_VAL;
    if (call[i].is_undefined()) return true;
    limit = call[i].value()->as_double();
    if (limit >= 0) return true;
    call.evaluator.fail(code, call.position, {}, *call[i].value());
    return false;
}

Item match(Call& call) {
    if (call[0].is_undefined()) return Item();
    double limit = 0;
    if (!read_limit(call, 2, "D3040", limit)) return Item::failed();
    Matches matches(call, 1);
    Collector out(call.evaluator.heap());
    for (double count = 0; count < limit && matches.next(); ++count) {
        if (!call.evaluator.take_elements(1)) return Item::failed();
        Array groups;
        for (const auto& group : matches.groups)
            groups.push_back(group_value(group));
        out.push(Item(Value::object({{"match", Value(matches.matched())},
                                     {"index", Value(matches.character())},
                                     {"groups", Value(std::move(groups))}})));
    }
    return matches.failed() ? Item::failed() : out.finish_collapsed();
}

Item contains(Call& call) {
    if (call[0].is_undefined() || call[1].is_undefined()) return Item();
    if (call[1].is_string())
        return Item(Value(text_at(call, 0).find(text_at(call, 1)) != std::string_view::npos));
    Matches matches(call, 1);
    const bool found = matches.next();
    return matches.failed() ? Item::failed() : Item(Value(found));
}

Item split(Call& call) {
    if (call[0].is_undefined()) return Item();
    double limit = 0;
    if (!read_limit(call, 2, "D3020", limit)) return Item::failed();
    const std::string_view text = text_at(call, 0);
    Array parts;
    std::size_t from = 0;
    if (call[1].is_string()) {
        const std::string_view separator = text_at(call, 1);
        limit = std::floor(limit);
        while (static_cast<double>(parts.size()) < limit && from <= text.size()) {
            if (separator.empty() && from == text.size()) break;
            std::size_t to = separator.empty() ? from + byte_of_character(text.substr(from), 1)
                                               : text.find(separator, from);
            to = std::min(to, text.size());
            parts.emplace_back(text.substr(from, to - from));
            from = to == text.size() ? text.size() + 1 : to + separator.size();
        }
        return call.evaluator.array(std::move(parts));
    }
    Matches matches(call, 1);
    while (static_cast<double>(parts.size()) < limit && matches.next()) {
        parts.emplace_back(text.substr(from, std::max(matches.begin, from) - from));
        from = matches.end;
    }
    if (matches.failed()) return Item::failed();
    if (static_cast<double>(parts.size()) < limit) parts.emplace_back(text.substr(from));
    return call.evaluator.array(std::move(parts));
}

// $0, $1… stand for groups, $$ for a dollar. As many digits belong to a number as the count of
// groups has, one fewer when that group doesn't exist.
void append_replacement(std::string& out, std::string_view replacement, const Matches& matches) {
    const std::size_t groups = matches.groups.size();
    std::size_t digits_max = 1;
    for (std::size_t n = groups; n >= 10; n /= 10)
        ++digits_max;
    const auto number_at = [&](std::size_t at, std::size_t digits) {
        long number = -1;
        for (std::size_t i = at; i < at + digits && i < replacement.size(); ++i) {
            if (replacement[i] < '0' || replacement[i] > '9') break;
            number = (number < 0 ? 0 : number) * 10 + (replacement[i] - '0');
        }
        return number;
    };
    for (std::size_t at = 0; at < replacement.size();) {
        if (replacement[at] != '$') {
            out += replacement[at++];
            continue;
        }
        ++at;
        const char c = at < replacement.size() ? replacement[at] : '\0';
        if (c == '$') {
            out += '$';
            ++at;
        } else if (c == '0') {
            out += matches.matched();
            ++at;
        } else {
            long number = number_at(at, digits_max);
            if (digits_max > 1 && number > static_cast<long>(groups))
                number = number_at(at, digits_max - 1);
            if (number < 0) {
                out += '$';
                continue;
            }
            const auto index = static_cast<std::size_t>(number);
            if (index > 0 && index <= groups && matches.groups[index - 1])
                out += *matches.groups[index - 1];
            at += std::to_string(number).size();
        }
    }
}

Item replace_text(Call& call, double limit) {
    const std::string_view text = text_at(call, 0);
    const std::string_view pattern = text_at(call, 1);
    if (pattern.empty()) return call.evaluator.fail("D3010", call.position, {}, Value(""));
    if (!call[2].is_string()) return call.evaluator.fail("D3012", call.position);
    std::string out;
    std::size_t from = 0;
    for (double count = 0; count < limit; ++count) {
        const std::size_t found = text.find(pattern, from);
        if (found == std::string_view::npos) break;
        out += text.substr(from, found - from);
        out += text_at(call, 2);
        from = found + pattern.size();
        if (!call.evaluator.take_text(call[2].value()->size())) return Item::failed();
    }
    out += text.substr(from);
    return call.evaluator.text(std::move(out));
}

Item replace(Call& call) {
    if (call[0].is_undefined()) return Item();
    if (call[1].is_undefined() || call[2].is_undefined())
        return call.evaluator.fail("T0410", call.position, "replace",
                                   Value(call[1].is_undefined() ? 2 : 3));
    double limit = 0;
    if (!read_limit(call, 3, "D3011", limit)) return Item::failed();
    if (call[1].is_string()) return replace_text(call, limit);
    const std::string_view text = text_at(call, 0);
    Matches matches(call, 1);
    std::string out;
    std::size_t from = 0;
    for (double count = 0; count < limit && matches.next(); ++count) {
        out += text.substr(from, std::max(matches.begin, from) - from);
        const std::size_t before = out.size();
        if (call[2].is_string()) {
            append_replacement(out, text_at(call, 2), matches);
        } else {
            Item argument = matches.as_item();
            const Item made =
                call.evaluator.call(call[2], &argument, 1, Item(), call.frame, call.position);
            if (made.is_failed()) return made;
            if (!made.is_string())
                return call.evaluator.fail("D3012", call.position, {}, to_value(made));
            out += made.value()->as_string();
        }
        from = matches.end;
        if (!call.evaluator.take_text(out.size() - before)) return Item::failed();
    }
    if (matches.failed()) return Item::failed();
    out += text.substr(from);
    return call.evaluator.text(std::move(out));
}

constexpr BuiltinEntry matching_table[] = {
    {"match", signature_of("<s-f<s:o>n?:a<o>>"), match, 3, Availability::standard_only},
    {"contains", signature_of("<s-(sf):b>"), contains, 2},
    {"replace", signature_of("<s-(sf)(sf)n?:s>"), replace, 4, Availability::standard_only},
    {"split", signature_of("<s-(sf)n?:a<s>>"), split, 3},
};

} // namespace

// A regular expression called as a function, and the `next` of what it gives.
Item Evaluator::call_regex(const Item& function, Item* arguments, std::size_t count) {
    Item regex = function;
    Value text;
    std::size_t from = 0;
    if (const auto* next = function.as<NextMatch>(ObjectKind::next_match)) {
        regex = next->regex;
        text = next->text;
        from = next->from;
    } else {
        if (count == 0 || !arguments[0].is_string()) return Item();
        text = *arguments[0].value();
    }
    Regex::Match match;
    if (!take_steps()) return Item::failed();
    const Regex& expression = *regex.as<RegexFunction>(ObjectKind::regex)->regex;
    switch (expression.search(text.as_string(), from, match)) {
    case Regex::Found::no: return Item();
    case Regex::Found::gave_up: return out_of("A regular expression takes too long to match");
    case Regex::Found::yes: break;
    }
    if (match.begin == match.end) return fail("D1004", 0, {}, Value(expression.pattern()));
    const std::string_view whole = text.as_string();
    if (!take_steps(whole.size() / 64)) return Item::failed();
    return match_item(*this, regex, text, match,
                      {code_point_count(whole.substr(0, match.begin)),
                       code_point_count(whole.substr(0, match.end))});
}

std::span<const BuiltinEntry> matching_functions() { return matching_table; }

} // namespace gradus::jsonata
