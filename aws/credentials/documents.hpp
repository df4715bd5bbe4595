#pragma once
// The documents in which sources hand out credentials, from text to credentials. Pure. No message
// quotes a document, for it may hold a secret. Inside of aws/credentials.

#include "gradus/aws/credentials.hpp"
#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gradus::aws {

/// What a credential process prints (AWS SDKs and Tools Reference Guide, "Process credential
/// provider"). All of these fail with invalid_argument and name what is missing.
Result<Credentials> read_process_document(std::string_view text);
/// What the agent of a container answers.
Result<Credentials> read_container_document(std::string_view text);
/// What the metadata service answers for a role: the same, with a code that says whether it worked.
Result<Credentials> read_metadata_document(std::string_view text);
/// What GetRoleCredentials of the SSO portal answers; its times are in milliseconds.
Result<Credentials> read_sso_document(std::string_view text);
/// The output of AssumeRole and AssumeRoleWithWebIdentity of STS.
Result<Credentials> read_sts_output(const Value& output);

/// A token as `aws sso login` leaves it in a file.
struct SsoToken {
    std::string access_token;
    std::int64_t expires_epoch_seconds = 0;
    // To get another token with, where the login was made for an sso-session; else empty.
    std::string refresh_token;
    std::string client_id;
    std::string client_secret;
    std::int64_t registration_expires_epoch_seconds = 0; // until then the client's secret is valid
    Value document;                                      // the file

    bool can_be_renewed(std::int64_t now_epoch_seconds) const;
};
Result<SsoToken> read_sso_token(std::string_view text);

/// The token after its renewal: `answer` is what CreateToken of the OIDC service answered at `now`.
Result<SsoToken> with_renewal(const SsoToken& token, std::string_view answer,
                              std::int64_t now_epoch_seconds);

} // namespace gradus::aws
