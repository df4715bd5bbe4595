#pragma once
// The sources of credentials that variables and one profile set up, each looked for on its own.
// Which goes first is the business of plan.cpp. Inside of aws/credentials.

#include "aws/credentials/plan.hpp"

namespace gradus::aws {

/// The variables and files that settings are read from; holds references.
struct SettingsView {
    const Environment& environment;
    const SharedFile& config;
    const SharedFile& credentials;

    /// Empty when it isn't set.
    std::string variable(std::string_view name) const;
    /// A setting of a profile, whichever file it stands in; that of the config file goes first.
    std::string setting(std::string_view profile, std::string_view name) const;
    /// The variable, else the setting.
    std::string variable_or_setting(std::string_view variable_name, std::string_view profile,
                                    std::string_view setting_name) const;
    bool has_profile(std::string_view profile) const;
};

/// AWS_ACCESS_KEY_ID and its companions. Each of these gives nothing when there is no sign of the
/// source, and invalid_argument when there is a part of it.
Result<std::optional<Credentials>> environment_keys(const SettingsView& view);
/// Keys in the settings of one profile in one file.
Result<std::optional<Credentials>> static_keys(const Value& settings, std::string_view profile);

enum class ReadsEnvironment { no, yes };
Result<std::optional<WebIdentitySource>> web_identity_source(const SettingsView& view,
                                                             std::string_view profile,
                                                             ReadsEnvironment environment);
Result<std::optional<SsoSource>> sso_source(const SettingsView& view, std::string_view profile);
Result<std::optional<ContainerSource>> container_source(const SettingsView& view);
/// Nothing when AWS_EC2_METADATA_DISABLED is true.
std::optional<MetadataSource> metadata_source(const SettingsView& view, std::string_view profile);

} // namespace gradus::aws
