#pragma once
// Where the bundle of all AWS services is on this machine (aws/model/bundle.hpp).

#include "aws/model/models.hpp"

#include <string>
#include <vector>

namespace gradus::aws {

/// Files in which the bundle may be, the first that is there counts: the one that the environment
/// variable GRADUS_SERVICES names and no other, when it is set; else services.bundle beside the
/// program, in share/gradus beside the program's folder, and in share/gradus where gradus was to be
/// installed when it was built.
std::vector<std::string> places_of_services();

/// Opens the first of these files that is there. Fails with not_found when there is none, naming
/// all of them, and with the file's name when it is no bundle. Reads the file again for each
/// service, from any thread.
Result<std::shared_ptr<const ServiceBundle>> open_services(const std::vector<std::string>& places);

/// Both, for a ModelCache.
FindBundle find_installed_services();

} // namespace gradus::aws
