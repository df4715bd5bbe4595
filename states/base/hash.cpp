#include "states/base/base.hpp"

#include "gradus/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gradus {
namespace {

const EVP_MD* openssl_algorithm(HashAlgorithm algorithm) {
    switch (algorithm) {
    case HashAlgorithm::md5: return EVP_md5();
    case HashAlgorithm::sha1: return EVP_sha1();
    case HashAlgorithm::sha256: return EVP_sha256();
    case HashAlgorithm::sha384: return EVP_sha384();
    case HashAlgorithm::sha512: return EVP_sha512();
    }
    GRADUS_UNREACHABLE();
}

} // namespace

std::string hash(HashAlgorithm algorithm, std::string_view data) {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int length = 0;
    const int done =
        EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()),
                   &length, openssl_algorithm(algorithm), nullptr);
    GRADUS_ASSERT(done == 1);
    digest.resize(length);
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int length = 0;
    const unsigned char* done =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(data.data()), data.size(),
             reinterpret_cast<unsigned char*>(digest.data()), &length);
    GRADUS_ASSERT(done != nullptr);
    digest.resize(length);
    return digest;
}

std::string to_hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 0x0fU];
    }
    return text;
}

std::uint64_t fnv1a(std::string_view data) {
    std::uint64_t value = 14695981039346656037ULL;
    for (const char c : data) {
        value ^= static_cast<unsigned char>(c);
        value *= 1099511628211ULL;
    }
    return value;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i])) ^
                      static_cast<unsigned>(static_cast<unsigned char>(b[i]));
    }
    return difference == 0;
}

} // namespace gradus
