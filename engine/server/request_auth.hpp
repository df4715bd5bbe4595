#pragma once
// Who may ask a server that listens beyond its own machine: whoever signs with a key that it knows
// (Signature Version 4, as any AWS SDK does), or, for what isn't a call of AWS, shows its token.

#include "aws/http/message.hpp"
#include "gradus/aws/credentials.hpp"
#include "gradus/result.hpp"
#include "gradus/states_error.hpp"
#include "gradus/time.hpp"

#include <string>
#include <vector>

namespace gradus {

struct AccessRules {
    std::vector<aws::Credentials> keys; // any of them may sign
    std::string bearer_token;           // empty: nobody has one
};

/// Pure: the time is given. Keys and token are compared in constant time.
class RequestAuth {
public:
    explicit RequestAuth(AccessRules rules) : rules_(std::move(rules)) {}

    /// A call of the API. The errors are those of AWS: MissingAuthenticationTokenException,
    /// IncompleteSignatureException, UnrecognizedClientException, InvalidSignatureException (also
    /// for a clock that is off by more than five minutes, or a signature for another service).
    Result<void, StatesError> check_call(const aws::HttpRequest& request, Timestamp now) const;

    /// Anything else: "Authorization: Bearer TOKEN".
    bool has_token(const aws::HttpRequest& request) const;

private:
    AccessRules rules_;
};

} // namespace gradus
