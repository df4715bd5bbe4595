#include "states/query/jsonata/regex.hpp"

#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/text.hpp"

#include <algorithm>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace gradus::jsonata {

namespace {

// Bound what a pattern such as (a+)+$ can cost.
constexpr std::uint32_t match_limit = 1'000'000;
constexpr std::uint32_t heap_limit_kibibytes = 20'000;

const pcre2_code* as_code(const std::shared_ptr<const void>& code) {
    return static_cast<const pcre2_code*>(code.get());
}

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* thing) const { Free(thing); }
};
template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freer<T, Free>>;

} // namespace

Result<Regex, Error> Regex::compile(std::string_view pattern, bool ignore_case, bool multiline,
                                    std::size_t position) {
    const Owned<pcre2_compile_context, pcre2_compile_context_free> context(
        pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
    pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);
    std::uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_ALLOW_EMPTY_CLASS |
                            PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY |
                            PCRE2_NEVER_BACKSLASH_C;
    if (ignore_case) options |= PCRE2_CASELESS;
    if (multiline) options |= PCRE2_MULTILINE;
    if (!is_valid_utf8(pattern)) return make_error("S0303", position, {}, Value("not UTF-8"));
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()),
                                         pattern.size(), options, &code, &offset, context.get());
    if (compiled == nullptr) {
        std::string message(200, '\0');
        const int length = pcre2_get_error_message(
            code, reinterpret_cast<PCRE2_UCHAR*>(message.data()), message.size());
        message.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        return make_error("S0303", position, pattern, Value(message));
    }
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE); // without it, matching is slower, no more
    Regex regex;
    regex.pattern_ = pattern;
    regex.code_ = std::shared_ptr<const void>(compiled, [](const void* p) {
        pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(p)));
    });
    return regex;
}

Regex::Found Regex::search(std::string_view text, std::size_t from, Match& match,
                           Workspace& workspace) const {
    if (from > text.size()) return Found::no;
    if (!workspace.data) {
        auto* context = pcre2_match_context_create(nullptr);
        pcre2_set_match_limit(context, match_limit);
        pcre2_set_heap_limit(context, heap_limit_kibibytes);
        workspace.context = {context, [](void* p) {
                                 pcre2_match_context_free(static_cast<pcre2_match_context*>(p));
                             }};
        workspace.data = {
            pcre2_match_data_create_from_pattern(as_code(code_), nullptr),
            [](void* p) { pcre2_match_data_free(static_cast<pcre2_match_data*>(p)); }};
    }
    auto* const context = static_cast<pcre2_match_context*>(workspace.context.get());
    auto* const data = static_cast<pcre2_match_data*>(workspace.data.get());
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    const std::uint32_t options = PCRE2_NO_UTF_CHECK;
    int count = pcre2_match(as_code(code_), subject, text.size(), from, options, data, context);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT) {
        count = pcre2_match(as_code(code_), subject, text.size(), from, options | PCRE2_NO_JIT,
                            data, context);
    }
    if (count == PCRE2_ERROR_NOMATCH) return Found::no;
    if (count < 1) return Found::gave_up;
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data);
    match.begin = ends[0];
    match.end = ends[1];
    match.groups.clear();
    const std::uint32_t groups = pcre2_get_ovector_count(data);
    for (std::size_t group = 1; group < groups; ++group) {
        const bool set = static_cast<int>(group) < count && ends[2 * group] != PCRE2_UNSET;
        if (!set) {
            match.groups.emplace_back();
            continue;
        }
        match.groups.emplace_back(
            text.substr(ends[2 * group], ends[2 * group + 1] - ends[2 * group]));
    }
    return Found::yes;
}

// PCRE2 knows Unicode's letter cases, so it is asked to replace everything by itself in upper case.
std::string change_case(std::string_view text, LetterCase to) {
    std::string out(text);
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
    if (ascii) {
        for (char& c : out) {
            if (to == LetterCase::upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
            if (to == LetterCase::lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        return out;
    }
    if (to == LetterCase::upper) {
        constexpr std::string_view sharp_s = "\u00df";
        for (std::size_t at = out.find(sharp_s); at != std::string::npos;
             at = out.find(sharp_s, at))
            out.replace(at, sharp_s.size(), "SS");
    }
    int code = 0;
    PCRE2_SIZE offset = 0;
    const auto* pattern = reinterpret_cast<PCRE2_SPTR>("(?s).+");
    const Owned<pcre2_code, pcre2_code_free> compiled(
        pcre2_compile(pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &code, &offset, nullptr));
    const auto* replacement =
        reinterpret_cast<PCRE2_SPTR>(to == LetterCase::upper ? "\\U$0" : "\\L$0");
    std::string changed(out.size() * 2 + 16, '\0');
    PCRE2_SIZE size = changed.size();
    const int count = pcre2_substitute(compiled.get(), reinterpret_cast<PCRE2_SPTR>(out.data()),
                                       out.size(), 0, PCRE2_SUBSTITUTE_EXTENDED, nullptr, nullptr,
                                       replacement, PCRE2_ZERO_TERMINATED,
                                       reinterpret_cast<PCRE2_UCHAR*>(changed.data()), &size);
    if (count < 0) return out;
    changed.resize(size);
    return changed;
}

} // namespace gradus::jsonata
