#pragma once
// Reads what aws/credentials/settings.hpp needs from this process's environment and files. The only
// place of the AWS client that looks at either.

#include "aws/credentials/settings.hpp"

namespace gradus::aws {

/// From the environment, AWS_CONFIG_FILE (~/.aws/config) and AWS_SHARED_CREDENTIALS_FILE
/// (~/.aws/credentials). A missing file is an empty one; fails with syntax when one can't be
/// parsed.
Result<ClientSettings> load_settings(const ExplicitSettings& given);

} // namespace gradus::aws
