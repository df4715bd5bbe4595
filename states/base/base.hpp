#pragma once
// Small pure functions that everything stands on: hashes, base64, UTF-8, time stamps, random draws.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {

// --- hash.cpp (OpenSSL behind it) ---------------------------------------------------------------

enum class HashAlgorithm { md5, sha1, sha256, sha384, sha512 };
/// The raw digest.
std::string hash(HashAlgorithm algorithm, std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);
std::uint64_t fnv1a(std::string_view data);
/// Equal or not, in time that doesn't depend on where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// --- base64.cpp ---------------------------------------------------------------------------------

/// RFC 4648 with padding.
std::string base64_encode(std::string_view bytes);
/// Nothing when the text isn't padded base64.
std::optional<std::string> base64_decode(std::string_view text);

// --- utf8.cpp -----------------------------------------------------------------------------------

/// Reads one code point at `offset` and moves past it. Malformed bytes give U+FFFD, one byte at a
/// time.
char32_t next_code_point(std::string_view text, std::size_t& offset);
void append_utf8(std::string& out, char32_t code_point);
std::size_t code_point_count(std::string_view text);
bool is_valid_utf8(std::string_view text);

// --- timestamp.cpp ------------------------------------------------------------------------------

/// Nanoseconds since 1970-01-01T00:00:00Z, as RFC 3339 texts name them, offset applied.
struct Instant {
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;
    friend auto operator<=>(const Instant&, const Instant&) = default;
};
/// RFC 3339 as AWS reads it: upper-case T, an offset or Z, 0 to 9 fraction digits.
std::optional<Instant> parse_rfc3339(std::string_view text);
/// "2026-01-02T03:04:05.678Z"; trailing zeros of the fraction, or all of it, are left out.
std::string format_iso8601(std::int64_t epoch_milliseconds);
/// Days since 1970-01-01 of a proleptic Gregorian date, and back.
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day);
struct CivilDate {
    std::int64_t year;
    unsigned month; // 1…12
    unsigned day;   // 1…31
};
CivilDate civil_from_days(std::int64_t days);

// --- random.cpp ---------------------------------------------------------------------------------

/// A counter-based generator: the n-th draw depends on seed and n alone, so that its whole
/// condition is two numbers, can be stored, and replays. Not for secrets.
struct Random {
    std::uint64_t seed = 0;
    std::uint64_t counter = 0;

    std::uint64_t next();
    /// Uniform in [0, 1).
    double next_unit();
    /// Uniform in [0, bound); bound > 0.
    std::uint64_t next_below(std::uint64_t bound);
    /// A version 4 UUID.
    std::string next_uuid();

    friend bool operator==(const Random&, const Random&) = default;
};

} // namespace gradus
