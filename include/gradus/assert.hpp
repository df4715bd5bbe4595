#pragma once
// Assertions of what only a programmer's mistake can break. They stay on in release builds, and
// nothing that comes from outside (a definition, an input, an answer of AWS) may reach one.

namespace gradus {

/// Prints the broken condition with its place on standard error and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

} // namespace gradus

#define GRADUS_ASSERT(condition)                                                                   \
    (static_cast<bool>(condition) ? static_cast<void>(0)                                           \
                                  : ::gradus::assertion_failed(#condition, __FILE__, __LINE__))

/// Marks a place that no value of a closed set can reach.
#define GRADUS_UNREACHABLE() ::gradus::assertion_failed("unreachable", __FILE__, __LINE__)
