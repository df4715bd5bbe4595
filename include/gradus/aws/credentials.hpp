#pragma once
// Who a request is signed as. Where credentials come from is no business of this header.

#include <cstdint>
#include <optional>
#include <string>

namespace gradus::aws {

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token; // empty: none
    std::optional<std::int64_t> expires_epoch_seconds;

    friend bool operator==(const Credentials&, const Credentials&) = default;
};

} // namespace gradus::aws
