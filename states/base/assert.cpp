#include "gradus/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace gradus {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "gradus: broken assertion: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

} // namespace gradus
