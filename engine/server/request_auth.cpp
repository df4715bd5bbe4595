#include "engine/server/request_auth.hpp"

#include "aws/signing/verify.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <string_view>

namespace gradus {
namespace {

constexpr std::string_view service = "states";

/// The names that services which speak JSON give to what the query protocol calls otherwise. API
/// reference, "Common error types".
StatesError in_json_words(const aws::ServiceError& error) {
    if (error.code == "InvalidClientTokenId") return {"UnrecognizedClientException", error.message};
    if (error.code == "SignatureDoesNotMatch" || error.code == "RequestExpired")
        return {"InvalidSignatureException", error.message};
    return {error.code + "Exception", error.message};
}

} // namespace

Result<void, StatesError> RequestAuth::check_call(const aws::HttpRequest& request,
                                                  Timestamp now) const {
    const aws::KeyLookup keys = [this](std::string_view id) -> std::optional<aws::Credentials> {
        const auto found = std::ranges::find(rules_.keys, id, &aws::Credentials::access_key_id);
        if (found == rules_.keys.end()) return std::nullopt;
        return *found;
    };
    constexpr std::int64_t milliseconds = 1000;
    const auto claim = aws::verify_signature(
        request, keys, {.now_epoch_seconds = epoch_milliseconds(now) / milliseconds});
    if (!claim) return in_json_words(claim.error());
    if (claim->service != service) {
        return StatesError{"InvalidSignatureException",
                           "Credential should be scoped to correct service: '" +
                               std::string(service) + "'."};
    }
    return {};
}

bool RequestAuth::has_token(const aws::HttpRequest& request) const {
    constexpr std::string_view scheme = "Bearer ";
    const std::string* header = aws::find_header(request.headers, "Authorization");
    if (rules_.bearer_token.empty() || header == nullptr || !header->starts_with(scheme))
        return false;
    return equal_in_constant_time(std::string_view(*header).substr(scheme.size()),
                                  rules_.bearer_token);
}

} // namespace gradus
