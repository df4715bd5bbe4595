#include "states/base/base.hpp"

#include <cstdio>

namespace gradus {
namespace {

/// SplitMix64's published mixing function: each input bit changes about half of the output bits.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;

} // namespace

std::uint64_t Random::next() {
    ++counter;
    return mix(mix(seed) + counter * golden_gamma);
}

double Random::next_unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::uint64_t Random::next_below(std::uint64_t bound) {
    // The bias is below 2^-40 for every bound that a workflow can name (up to 2^24 times smaller
    // than the range); a draw costs one multiplication and never loops.
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
}

std::string Random::next_uuid() {
    const std::uint64_t high = (next() & 0xffffffffffff0fffULL) | 0x0000000000004000ULL;
    const std::uint64_t low = (next() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
    char buffer[37];
    std::snprintf(buffer, sizeof buffer, "%08llx-%04llx-%04llx-%04llx-%012llx",
                  static_cast<unsigned long long>(high >> 32U),
                  static_cast<unsigned long long>((high >> 16U) & 0xffffU),
                  static_cast<unsigned long long>(high & 0xffffU),
                  static_cast<unsigned long long>(low >> 48U),
                  static_cast<unsigned long long>(low & 0xffffffffffffULL));
    return buffer;
}

} // namespace gradus
